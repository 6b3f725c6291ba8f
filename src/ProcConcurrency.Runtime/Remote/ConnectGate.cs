using System.Collections.Concurrent;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// How many connections authenticate at a time through one jump host: its sshd counts them for all hosts behind it, and beyond ten
/// (MaxStartups 10:30:100) it drops some by chance.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal static class ConnectGate
{
    private const int ThroughJumpHost = 8;

    // Whoever has not answered by then has mostly proved himself to the jump host, which waits for a dead host behind it. Where it
    // is slow itself more than eight may come; whom it drops then tries again.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<string, Places> s_gates = new(StringComparer.Ordinal);

    /// <summary>The places of the jump host on a host's way; null where it is reached directly: then it is its own sshd that counts.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal static Places? To(RemoteTarget target, CancellationToken canceled)
    {
        var jump = JumpHost(target, canceled);
        return jump is null ? null : Through(jump);
    }

    /// <summary>The places of one jump host.</summary>
    /// <param name="jump">The way over it, as ssh says it.</param>
    internal static Places Through(string jump) => s_gates.GetOrAdd(jump, static _ => new Places(ThroughJumpHost, s_patience));

    /// <summary>The way that ssh is configured to take; null for a direct one.</summary>
    private static string? JumpHost(RemoteTarget target, CancellationToken canceled)
    {
        // A file of settings may run programs to decide. One that hangs does so again when ssh connects, which then is told.
        var process = SshCommand.Start(SshCommand.ToExplain(target));
        process.Channel.Dispose();
        var lines = new List<string>();
        var output = new OutputCapture(process.Output, lines.Add);
        using (canceled.UnsafeRegister(static ssh => ProcessPlatform.Current.SignalTrees([((SpawnedProcess)ssh!).ProcessId], force: true), process))
        {
            if (!process.Exited.Wait(new Deadline(target.ConnectTimeout).LeftMilliseconds, CancellationToken.None))
            {
                ProcessPlatform.Current.SignalTrees([process.ProcessId], force: true);
            }
        }

        output.Finish();
        canceled.ThrowIfCancellationRequested();
        return lines.Find(static line => line.StartsWith("proxyjump ", StringComparison.Ordinal) || line.StartsWith("proxycommand ", StringComparison.Ordinal));
    }
}
