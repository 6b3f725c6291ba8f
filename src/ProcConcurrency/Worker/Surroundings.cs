using System.Collections;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// What a child finds around it when it is started: program, folder, environment, and what a process inherits besides. By the
/// difference of two, a process that was started ahead becomes what a call asks for, or is not taken for it.
/// </summary>
internal sealed class Surroundings
{
    // The runtime, the C library or PowerShell reads these when a process starts, so a later change is not the same.
    private static readonly string[] s_readAtStart =
    [
        "APPDATA", "CLR_ICU_VERSION_OVERRIDE", "COMSPEC", "HOME", "HOMEDRIVE", "HOMEPATH", "LANG", "LANGUAGE", "LOCALAPPDATA", "NO_COLOR", "SYSTEMDRIVE",
        "SYSTEMROOT", "TEMP", "TERM", "TMP", "TMPDIR", "TZ", "TZDIR", "USERPROFILE", "WINDIR",
    ];

    private static readonly string[] s_familiesReadAtStart =
    [
        "__PS", "COMPlus_", "CORECLR_", "DOTNET_", "DYLD_", "GLIBC_", "LC_", "LD_", "LTTNG_", "MALLOC_", "POWERSHELL_", "ProgramFiles", "PS", "XDG_",
    ];

    private readonly LaunchSettings _launch;
    private readonly Dictionary<string, string> _environment;
    private readonly string _inherited;

    private Surroundings(LaunchSettings launch)
    {
        _launch = launch;
        _environment = StartVariables.SeenWith(launch.Environment);
        _inherited = Inheritance.Describe();
    }

    /// <summary>Those of a child that is started so now.</summary>
    internal static Surroundings Of(LaunchSettings launch) => new(launch);

    /// <summary>What a process that was started in these has to change to be in those; null where it can't.</summary>
    internal byte[]? DifferenceTo(Surroundings wanted)
    {
        if (_launch.FileName != wanted._launch.FileName || !_launch.Arguments.SequenceEqual(wanted._launch.Arguments)
            || _inherited != wanted._inherited || !Directory.Exists(wanted._launch.WorkingDirectory))
        {
            return null;
        }

        var changes = new Hashtable(StringComparer.Ordinal);
        foreach (var (name, value) in wanted._environment)
        {
            if (_environment.GetValueOrDefault(name) != value)
            {
                // Before .NET 9 an empty value takes a variable away.
                if (value.Length == 0)
                {
                    return null;
                }

                changes[name] = value;
            }
        }

        foreach (var name in _environment.Keys.Where(name => !wanted._environment.ContainsKey(name)))
        {
            changes[name] = null;
        }

        if (changes.Keys.Cast<string>().Any(IsReadAtStart))
        {
            return null;
        }

        using var writer = new ValueWriter(SessionValues.Context);
        writer.Write(wanted._launch.WorkingDirectory == _launch.WorkingDirectory ? null : wanted._launch.WorkingDirectory);
        writer.Write(changes);
        return writer.Written.ToArray();
    }

    /// <summary>In the process that was started ahead, before anything of a caller's has run in it. False where it can't.</summary>
    internal static bool TryTakeOn(byte[] difference, WorkerEngine engine)
    {
        var reader = new ValueReader(difference, SessionValues.Context);
        var folder = (string?)reader.Read();
        var changes = (IDictionary)reader.Read()!;
        foreach (DictionaryEntry change in changes)
        {
            var (name, value) = ((string)change.Key, (string?)change.Value);
            Environment.SetEnvironmentVariable(name, value);
            Inheritance.SetNativeVariable(name, value);
            if (name.Equals("PATH", StringComparison.OrdinalIgnoreCase))
            {
                StartupHook.PutFirstOnPath();
            }
        }

        if (folder is null)
        {
            return true;
        }

        try
        {
            Environment.CurrentDirectory = folder;
            return engine.EnterCurrentDirectory();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsReadAtStart(string name) =>
        s_readAtStart.Contains(name, StringComparer.OrdinalIgnoreCase)
        || s_familiesReadAtStart.Any(family => name.StartsWith(family, StringComparison.OrdinalIgnoreCase));
}
