using System.Reflection;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Worker;

/// <summary>
/// Where the runtime enters a child, before PowerShell's own Main: <c>DOTNET_STARTUP_HOOKS</c> names this assembly. The child's one
/// runspace is opened from here; by way of <c>-Command</c>, PowerShell would first open another that nobody uses. A host's agent is
/// entered so too, and needs none. Where hooks are switched off, that way remains: the command line names it too.
/// </summary>
/// <remarks>The runtime wants this name, and no namespace.</remarks>
#pragma warning disable CA1050, CA1852
internal static class StartupHook
#pragma warning restore CA1050, CA1852
{
    /// <summary>Runs the child, or the agent, to its end. In any other program that inherits the variable it does nothing.</summary>
    public static void Initialize()
    {
        var home = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var endpoint = Environment.GetEnvironmentVariable(StartVariables.Endpoint);
        var isAgent = endpoint is null && Environment.GetEnvironmentVariable(AgentVariables.Assembly) is not null;
        if ((endpoint is not null || isAgent) && File.Exists(Path.Combine(home, "System.Management.Automation.dll")))
        {
            PutFirstOnPath();

            // From now on the runtime finds what lies beside this assembly.
            _ = Assembly.LoadFrom(typeof(StartupHook).Assembly.Location);
            if (isAgent)
            {
                EnterAgent();
            }
            else
            {
                EnterChild(endpoint!);
            }
        }
    }

    // Apart: what they name is found only from here on.
    private static void EnterChild(string endpoint)
    {
        EarlyStart.Begin();
        ChildMain.Run(endpoint);
    }

    private static void EnterAgent() => AgentMain.Enter();

    // As PowerShell's own Main does, so that a script's "pwsh" is the one that runs it. A global tool's program is outside of its home.
    internal static void PutFirstOnPath()
    {
        var home = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var store = home.IndexOf($"{Path.DirectorySeparatorChar}.store{Path.DirectorySeparatorChar}powershell{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        home = store > 0 ? home[..store] : home;
        var path = Environment.GetEnvironmentVariable("PATH");
        if (path is null || !path.StartsWith(home + Path.PathSeparator, StringComparison.Ordinal))
        {
            Environment.SetEnvironmentVariable("PATH", string.IsNullOrEmpty(path) ? home : home + Path.PathSeparator + path);
        }
    }
}
