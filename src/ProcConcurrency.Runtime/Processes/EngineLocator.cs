namespace ProcConcurrency.Runtime.Processes;

/// <summary>No program was found that could run a child.</summary>
public sealed class EngineNotFoundException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was looked for.</param>
    public EngineNotFoundException(string message)
        : base(message)
    {
    }
}

/// <summary>Finds the PowerShell program that runs a child: an explicit path; the pwsh of this session; pwsh on PATH.</summary>
/// <param name="home">The folder of the running PowerShell ($PSHOME), or null.</param>
public sealed class EngineLocator(string? home)
{
    private static readonly string s_pwsh = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";

    /// <summary>Finds the program; returns its absolute path.</summary>
    /// <param name="explicitPath">What the user asked for: an absolute path, or the bare name of a program on PATH; null for the usual one.</param>
    /// <exception cref="EngineNotFoundException">There is none; the message says what was looked for.</exception>
    public string Find(string? explicitPath)
    {
        if (explicitPath is not null)
        {
            return Explicit(explicitPath);
        }

        if (home is not null && File.Exists(Path.Combine(home, s_pwsh)))
        {
            return Path.Combine(home, s_pwsh);
        }

        return OnPath(s_pwsh) ?? throw new EngineNotFoundException(
            $"No PowerShell was found to run the child: there is no '{s_pwsh}' in '{home}' and none on PATH. "
            + "Install PowerShell 7.4 or later, or name its program with -EnginePath.");
    }

    /// <summary>The absolute paths of all PowerShell programs on PATH, in its order: pwsh, and others whose names begin so.</summary>
    public static IEnumerable<string> AllOnPath() => Directories().SelectMany(Programs).Distinct(StringComparer.Ordinal);

    /// <summary>A program's absolute path; null where none of that name is on PATH.</summary>
    internal static string? OnPath(string program) => Directories().Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Directories() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Where(Path.IsPathRooted);

    private static IEnumerable<string> Programs(string directory)
    {
        try
        {
            // Beside it are its assembly and its settings, which begin so, too.
            return [.. Directory.EnumerateFiles(directory, "pwsh*").Where(static path => Path.GetExtension(path) is "" or ".exe").Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Explicit(string path)
    {
        if (!Path.IsPathRooted(path))
        {
            path = OnPath(path) ?? OnPath(path + ".exe") ?? throw new EngineNotFoundException($"There is no engine '{path}' here or on PATH. -EnginePath takes the path of a pwsh program.");
        }

        if (!File.Exists(path))
        {
            throw new EngineNotFoundException($"The engine '{path}' does not exist. -EnginePath takes the path of a pwsh program.");
        }

        return Path.GetFileName(path).StartsWith("pwsh", StringComparison.OrdinalIgnoreCase)
            ? path
            : throw new EngineNotFoundException($"'{path}' is not pwsh. -EnginePath takes the path of a pwsh program.");
    }
}
