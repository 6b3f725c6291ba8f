using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Reaps this session's children the moment they end, so that none stays a zombie whatever the session is doing.
/// Only ids that were given to <see cref="Watch"/> are waited for: .NET's own Process class reaps its own.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class UnixReaper
{
    private static readonly ConcurrentDictionary<int, UnixChild> s_watched = new();
    private static readonly object s_gate = new();
    private static PosixSignalRegistration? s_registration;

    /// <summary>Begins to watch a child of this process. The task completes with its exit status once it is reaped.</summary>
    internal static Task<ExitStatus> Watch(int processId)
    {
        lock (s_gate)
        {
            s_registration ??= PosixSignalRegistration.Create(PosixSignal.SIGCHLD, static _ => Sweep());
        }

        var child = new UnixChild(processId);
        s_watched[processId] = child;

        // It may have ended before it was in the table, and its signal gone by.
        child.ReapIfEnded();
        return child.Exited;
    }

    /// <summary>A child that is watched and not reaped yet, or null.</summary>
    internal static UnixChild? Find(int processId) => s_watched.GetValueOrDefault(processId);

    /// <summary>Before a child is reaped: from then on its id may be a new child's.</summary>
    internal static void Forget(int processId) => s_watched.TryRemove(processId, out _);

    private static void Sweep()
    {
        foreach (var (_, child) in s_watched)
        {
            child.ReapIfEnded();
        }
    }
}
