using System.Collections.Concurrent;

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
    internal static Places? To(SshConfiguration configuration) => configuration.JumpHost is { } jump ? Through(jump) : null;

    /// <summary>The places of one jump host.</summary>
    /// <param name="jump">The way over it, as ssh says it.</param>
    internal static Places Through(string jump) => s_gates.GetOrAdd(jump, static _ => new Places(ThroughJumpHost, s_patience));
}
