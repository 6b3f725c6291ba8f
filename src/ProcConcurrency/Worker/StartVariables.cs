using System.Globalization;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Scripts;

namespace ProcConcurrency.Worker;

/// <summary>
/// Environment variables that make an engine a child, make it quicker and keep it from leaving files behind: the parent adds them, and the
/// child puts back what was there before any script could see them. What the child's own environment was asked to have stays as asked.
/// </summary>
internal static class StartVariables
{
    /// <summary>Names the child's end of its channel, for <see cref="StartupHook"/>.</summary>
    internal const string Endpoint = "PROCCONCURRENCY_ENDPOINT";

    /// <summary>Names the module's assembly, for where the hook is not entered.</summary>
    internal const string Module = "PROCCONCURRENCY_MODULE";

    /// <summary>Names the assemblies that the runtime enters before a program's own Main.</summary>
    internal const string Hooks = "DOTNET_STARTUP_HOOKS";

    private const string CompilerDelay = "DOTNET_TC_CallCountingDelayMs";

    private static readonly Dictionary<string, string> s_fixed = new()
    {
        [Endpoint] = LaunchSettings.EndpointToken,
        [Module] = ModuleHome.Assembly,
        ["POWERSHELL_UPDATECHECK"] = "Off",
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",

        // Else each engine opens sockets and pipes in the temporary folder, for debuggers and Enter-PSHostProcess, and one that is
        // killed leaves its four there for ever.
        ["DOTNET_EnableDiagnostics"] = "0",
        ["POWERSHELL_DIAGNOSTICS_OPTOUT"] = "1",

        // Objects of up to 2 MiB (hexadecimal) are collected as small ones are: else every third message of a megabyte costs
        // a collection of everything, and half the time.
        ["DOTNET_GCLOHThreshold"] = "200000",

        // Else what is called often is compiled twice more, first as a slow version that gathers a profile: in the first seconds of
        // work, which are most children's whole life, that takes half of the processor. What runs for minutes would gain a tenth.
        ["DOTNET_TieredPGO"] = "0",
    };

    private static IEnumerable<string> Names => [.. s_fixed.Keys, CompilerDelay, Hooks];

    /// <summary>A child's environment, with these added.</summary>
    /// <param name="environment">What the child's differs by from this process's; null takes a variable away.</param>
    /// <param name="living">How many children there are already.</param>
    internal static Dictionary<string, string?> AddTo(IReadOnlyDictionary<string, string?> environment, int living)
    {
        var all = new Dictionary<string, string?>(environment);
        foreach (var name in Names)
        {
            var isAsked = environment.TryGetValue(name, out var wanted);
            if ((isAsked ? wanted : wanted = Environment.GetEnvironmentVariable(name)) is not null)
            {
                all[SavedVariables.Prefix + name] = wanted;
            }

            if (!isAsked)
            {
                all[name] = name switch
                {
                    CompilerDelay => DelayFor(living),
                    Hooks => HooksAfter(wanted),
                    _ => s_fixed[name],
                };
            }
        }

        return all;
    }

    /// <summary>The environment that a child's scripts will find which is started with these changes now.</summary>
    internal static Dictionary<string, string> SeenWith(IReadOnlyDictionary<string, string?> changes)
    {
        var seen = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            seen[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        foreach (var (name, value) in changes)
        {
            Set(name, value);
        }

        foreach (var name in Names)
        {
            Set(name, seen.GetValueOrDefault(SavedVariables.Prefix + name));
            Set(SavedVariables.Prefix + name, null);
        }

        return seen;

        void Set(string name, string? value)
        {
            if (value is null)
            {
                seen.Remove(name);
            }
            else
            {
                seen[name] = value;
            }
        }
    }

    /// <summary>In the child, first of all: puts back what the caller's environment had.</summary>
    internal static void Restore() => SavedVariables.Restore(Names);

    /// <summary>The caller's own hooks run first, as in every program that it starts: ours doesn't return.</summary>
    private static string? HooksAfter(string? others)
    {
        // The runtime takes a path for two where a separator stands in it, and then starts nothing.
        if (ModuleHome.Assembly.Contains(Path.PathSeparator, StringComparison.Ordinal))
        {
            return others;
        }

        return string.IsNullOrEmpty(others) ? ModuleHome.Assembly : others + Path.PathSeparator + ModuleHome.Assembly;
    }

    // The runtime takes 100 ms without new methods for the end of a program's start, and then compiles again what was called
    // often. Where many children share the processors, such a pause comes in the middle of each one's start, and a hundred of
    // them spend most of their time in the compiler. So the pause is as much longer as there are more children. Hexadecimal.
    private static string DelayFor(int living) =>
        (100 + (100 * living / Environment.ProcessorCount)).ToString("x", CultureInfo.InvariantCulture);
}
