using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// The environment variables by which a host's sh starts an agent: where the module's files are, and what makes its runtime start at less
/// cost. The agent takes them out again before a child could find them, and puts back what was there.
/// </summary>
public static class AgentVariables
{
    /// <summary>Names the module's assembly.</summary>
    public const string Assembly = "PROCCONCURRENCY_AGENT";

    /// <summary>Names the folder of the module's files, where that goes with the agent; empty for the user's cache.</summary>
    public const string Folder = "PROCCONCURRENCY_AGENT_FOLDER";

    // Each is a word to sh.
    private static readonly string[] s_start =
    [
        // Else it opens sockets and pipes in the temporary folder, for debuggers, and one that is killed leaves them there.
        "DOTNET_EnableDiagnostics=0",

        // It compares nothing as people do, and need not load the tables for that.
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",

        // Most of its time a new one waits for a child's start, and would compile again meanwhile what it may never need again: not within
        // two seconds, then (hexadecimal, in ms), and without a profile.
        "DOTNET_TC_CallCountingDelayMs=7D0",
        "DOTNET_TieredPGO=0",
    ];

    /// <summary>The last as sh's words.</summary>
    internal static string Words => string.Join(' ', s_start);

    /// <summary>In the agent, first of all.</summary>
    public static void Restore()
    {
        Environment.SetEnvironmentVariable(Assembly, null);
        Environment.SetEnvironmentVariable(Folder, null);
        SavedVariables.Restore(s_start.Select(static word => word[..word.IndexOf('=', StringComparison.Ordinal)]));
    }
}
