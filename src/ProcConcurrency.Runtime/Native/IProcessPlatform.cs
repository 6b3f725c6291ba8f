namespace ProcConcurrency.Runtime.Native;

/// <summary>What the operating system must do for child processes. One implementation a family of systems.</summary>
internal interface IProcessPlatform
{
    /// <summary>
    /// Starts a program in a process group of its own, with its channel and its output joined to this process. If a signal or
    /// crash ends it, the group ends with it; if it exits by itself, what it started lives on. Where the
    /// arguments or variables have <see cref="LaunchSettings.EndpointToken"/>, the program gets what <see cref="OpenChildEnd"/> takes.
    /// </summary>
    /// <exception cref="ProcessStartException">The program could not be started; nothing is left behind.</exception>
    SpawnedProcess Spawn(LaunchSettings settings);

    /// <summary>
    /// Asks processes that <see cref="Spawn"/> started, and every process below them, to end; with <paramref name="force"/> ends
    /// them at once. What is left of those below one when it has ended is ended then. Many cost one look at the system's processes.
    /// </summary>
    void SignalTrees(IReadOnlyCollection<int> processIds, bool force);

    /// <summary>In a child: opens its end of the channel that <see cref="Spawn"/> made, and leaves the terminal to the session.</summary>
    Stream OpenChildEnd(string endpoint);

    /// <summary>In a child: ends this process and all that it started, now.</summary>
    void KillOwnTree();

    /// <summary>In a child: ends this process as the polite stop signal would have, so that its parent sees that as the cause.</summary>
    void DieOfStopRequest();
}

/// <summary>A process just started: its two streams belong to the receiver.</summary>
/// <param name="ProcessId">The operating system's id of the process.</param>
/// <param name="Channel">The channel's near end: one thread reads while others write; closing it ends a blocked call.</param>
/// <param name="Output">What the process writes to its standard output and error; it ends when empty, see <see cref="IEndsWhenEmpty"/>.</param>
/// <param name="Exited">
/// Completes the moment the process is gone and reaped, on a thread that waits for it alone; one that was killed and that the system
/// doesn't let go is not waited for longer than ten seconds. From then on the channel ends when it is
/// empty, though some other process may have its far end.
/// </param>
internal sealed record SpawnedProcess(int ProcessId, Stream Channel, Stream Output, Task<ExitStatus> Exited);

/// <summary>Picks the platform.</summary>
internal static class ProcessPlatform
{
    /// <summary>This system's implementation.</summary>
    internal static IProcessPlatform Current { get; } = OperatingSystem.IsWindows() ? new WindowsPlatform() : new UnixPlatform();
}
