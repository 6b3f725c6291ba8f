using System.Runtime.InteropServices;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Scripts;

namespace ProcConcurrency.Worker;

/// <summary>
/// The agent's main program, on a host that a session reaches over ssh: what the session sent first calls it. It starts children for the
/// session, in the engine that it runs in itself, and runs no user's code.
/// </summary>
public static class AgentMain
{
    private static PosixSignalRegistration?[] s_signals = []; // One that nobody holds hears nothing.

    /// <summary>The way in for a host's sh: what it settled stands in the environment, where no child is to find it.</summary>
    public static void Enter()
    {
        var folder = Environment.GetEnvironmentVariable(AgentVariables.Folder);
        var hooks = (Environment.GetEnvironmentVariable(StartVariables.Hooks) ?? string.Empty).Split(Path.PathSeparator)
            .Where(static hook => hook != Environment.GetEnvironmentVariable(AgentVariables.Assembly)).ToList();
        Environment.SetEnvironmentVariable(StartVariables.Hooks, hooks.Count > 0 ? string.Join(Path.PathSeparator, hooks) : null);
        AgentVariables.Restore();

        var output = Console.OpenStandardOutput();
        output.Write("ready\n"u8);
        Run(Console.OpenStandardInput(), output, string.IsNullOrEmpty(folder) ? null : folder);
    }

    /// <summary>Serves the session to its end; does not return but by ending the process.</summary>
    /// <param name="input">From the session.</param>
    /// <param name="output">To the session.</param>
    /// <param name="temporaryFolder">Where the module's files lie, if that goes with this process; null for the user's cache.</param>
    public static void Run(Stream input, Stream output, string? temporaryFolder)
    {
        if (temporaryFolder is not null)
        {
            // However it ends: the host may ask it to, as at the end of a user's last login. Of that .NET 10 ends at once by itself.
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Background.Run("temporary folder", () => Directory.Delete(temporaryFolder, recursive: true));
            s_signals = [Background.TryOnSignal(PosixSignal.SIGTERM, Leave), Background.TryOnSignal(PosixSignal.SIGHUP, Leave)];
        }

        RemoteAgent.Run(input, output, Program);
        Environment.Exit(0);
    }

    // Its children see their channels close.
    private static void Leave(PosixSignalContext context)
    {
        context.Cancel = true;
        Environment.Exit(1);
    }

    private static LaunchSettings Program(RemoteLaunch launch, int others) => File.Exists(ModuleHome.Assembly)
        ? LaunchPlan.Program(
            new EngineLocator(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Find(null), Folder(launch.WorkingDirectory), launch.Environment, others)
        : throw new FileNotFoundException($"the module's files have been taken away from {Path.GetDirectoryName(ModuleHome.Assembly)}");

    private static string Folder(string? asked) => asked is null or "~" ? Home()
        : asked.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Home(), asked[2..]) : asked;

    private static string Home() =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home && Directory.Exists(home) ? home : Path.GetPathRoot(AppContext.BaseDirectory)!;
}
