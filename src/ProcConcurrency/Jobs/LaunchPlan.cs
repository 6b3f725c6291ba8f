using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Jobs;

/// <summary>All that is settled before a child is started: checked, encoded, ready.</summary>
/// <param name="Command">What is shown as the job's command.</param>
/// <param name="Launch">The program to start.</param>
/// <param name="Settings">What it will be told to run.</param>
/// <param name="Payload">The same, encoded, but for the name, which may change until the start.</param>
internal sealed record LaunchPlan(string Command, LaunchSettings Launch, RunSettings Settings, byte[] Payload)
{
    /// <summary>What the payload mentions; emptied when the child has ended, or could not start.</summary>
    internal List<ProcObject> Kept { get; init; } = [];

    /// <summary>The host that it runs on; null for this machine.</summary>
    internal RemoteTarget? Target { get; init; }

    /// <summary>How many hosts may be connected to at a time, where it is started with others.</summary>
    internal int ConnectThrottle { get; init; }

    /// <summary>Whether it is the session's own engine that runs it.</summary>
    internal bool HasSessionEngine { get; init; }

    /// <summary>Nobody will read the payload any more, or again.</summary>
    internal void Release()
    {
        Kept.ForEach(ProcObjectHandle.NoteReceiverGone);
        Kept.Clear();
    }

    /// <summary>The program, arguments and variables that make an engine a child: the hook, and where hooks are switched off the command.</summary>
    /// <param name="engine">The program.</param>
    /// <param name="workingDirectory">The folder that it starts in.</param>
    /// <param name="environment">Changes to the environment.</param>
    /// <param name="others">How many children there are beside it; null where they are the session's. An agent's are not.</param>
    internal static LaunchSettings Program(string engine, string workingDirectory, IReadOnlyDictionary<string, string?> environment, int? others = null)
    {
        // No cmdlet is named: the first one would load a module. LoadFrom and Run are all it takes.
        const string Script = $"[System.Reflection.Assembly]::LoadFrom($env:{StartVariables.Module}).GetType('ProcConcurrency.Worker.{nameof(ChildMain)}')"
            + $"::Run('{LaunchSettings.EndpointToken}')";
        string[] arguments = ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", Script];
        var variables = StartVariables.AddTo(environment, others ?? Session.Current.ChildProcessIds.Count);
        return new LaunchSettings(engine, arguments, workingDirectory, variables);
    }
}
