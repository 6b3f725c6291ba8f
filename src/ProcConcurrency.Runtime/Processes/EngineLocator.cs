namespace ProcConcurrency.Runtime.Processes;

/// <summary>How an engine is told to become a child.</summary>
public enum EngineKind
{
    /// <summary>PowerShell's own program.</summary>
    PowerShell,

    /// <summary>This project's embedded host.</summary>
    EmbeddedHost,
}

/// <summary>A program that can run a child.</summary>
/// <param name="Kind">How to talk to it.</param>
/// <param name="FileName">Its absolute path.</param>
/// <param name="LeadingArguments">What goes before the engine's own arguments (the host's dll, where <c>dotnet</c> is the program).</param>
public sealed record Engine(EngineKind Kind, string FileName, IReadOnlyList<string> LeadingArguments);

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

/// <summary>Finds the engine for children: an explicit path; pwsh of this session; the embedded host, if this is it; pwsh on PATH.</summary>
/// <param name="home">The folder of the running PowerShell ($PSHOME), or null.</param>
/// <param name="embeddedHost">The embedded host's dll, if this process is it.</param>
public sealed class EngineLocator(string? home, string? embeddedHost)
{
    private const string HostName = "ProcConcurrency.Host";
    private static readonly string s_pwsh = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";

    /// <summary>Finds the engine.</summary>
    /// <param name="explicitPath">What the user asked for: an absolute path, or the bare name of a program on PATH; null for the usual one.</param>
    /// <exception cref="EngineNotFoundException">There is none; the message says what was looked for.</exception>
    public Engine Find(string? explicitPath)
    {
        if (explicitPath is not null)
        {
            return Explicit(explicitPath);
        }

        if (home is not null && File.Exists(Path.Combine(home, s_pwsh)))
        {
            return new Engine(EngineKind.PowerShell, Path.Combine(home, s_pwsh), []);
        }

        if (embeddedHost is not null)
        {
            return Host(embeddedHost);
        }

        if (OnPath(s_pwsh) is { } found)
        {
            return new Engine(EngineKind.PowerShell, found, []);
        }

        throw new EngineNotFoundException(
            $"No PowerShell was found to run the child: there is no '{s_pwsh}' in '{home}' and none on PATH. "
            + "Install PowerShell 7.4 or later, or name its program with -EnginePath.");
    }

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Where(Path.IsPathRooted).Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    private static Engine Explicit(string path)
    {
        if (!Path.IsPathRooted(path))
        {
            path = OnPath(path) ?? OnPath(path + ".exe") ?? throw new EngineNotFoundException($"There is no engine '{path}' here or on PATH. -EnginePath takes the path of a pwsh program.");
        }

        if (!File.Exists(path))
        {
            throw new EngineNotFoundException($"The engine '{path}' does not exist. -EnginePath takes the path of a pwsh program.");
        }

        if (Path.GetFileName(path) is HostName or HostName + ".dll" or HostName + ".exe")
        {
            return Host(Path.Combine(Path.GetDirectoryName(path)!, HostName + ".dll"));
        }

        return Path.GetFileName(path).StartsWith("pwsh", StringComparison.OrdinalIgnoreCase)
            ? new Engine(EngineKind.PowerShell, path, [])
            : throw new EngineNotFoundException($"'{path}' is neither pwsh nor {HostName}. -EnginePath takes the path of a pwsh program.");
    }

    private static Engine Host(string dll)
    {
        // The program beside the dll starts it without the dotnet command's own look-up; a build may leave it out.
        var program = OperatingSystem.IsWindows() ? Path.ChangeExtension(dll, ".exe") : Path.ChangeExtension(dll, null);
        var current = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(current) == "dotnet"
            ? new Engine(EngineKind.EmbeddedHost, current, [dll])
            : new Engine(EngineKind.EmbeddedHost, File.Exists(program) ? program : current, []);
    }
}
