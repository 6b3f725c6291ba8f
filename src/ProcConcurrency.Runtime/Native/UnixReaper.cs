using System.Runtime.Versioning;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Reaps this session's children the moment they end, so that none stays a zombie whatever the session is doing. A thread of its
/// own waits for each, by its id: the thread pool may be busy, and .NET's own Process class reaps its own.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class UnixReaper
{
    // A plain table: a concurrent one of numbers is compiled anew in each process. It is its own lock.
    private static readonly Dictionary<int, UnixChild> s_watched = [];

    /// <summary>Begins to watch a child of this process. The task completes with its exit status once it is reaped.</summary>
    /// <param name="processId">The child.</param>
    /// <param name="onEnded">Called after that, on a thread of its own.</param>
    /// <exception cref="IOException">There are too many threads; the child was ended.</exception>
    internal static Task<ExitStatus> Watch(int processId, Action onEnded)
    {
        var child = new UnixChild(processId, onEnded);
        lock (s_watched)
        {
            s_watched[processId] = child;
        }

        try
        {
            Background.Start($"end of {processId}", () => child.Reap(LibC.WaitForEnd(processId)));
        }
        catch
        {
            child.SignalTree(ProcessSnapshot.Take(), force: true);
            child.Reap(LibC.WaitForEnd(processId));
            throw;
        }

        return child.Exited;
    }

    /// <summary>A child that is watched and not reaped yet, or null.</summary>
    internal static UnixChild? Find(int processId)
    {
        lock (s_watched)
        {
            return s_watched.TryGetValue(processId, out var child) ? child : null;
        }
    }

    /// <summary>Before a child is reaped: from then on its id may be a new child's.</summary>
    internal static void Unwatch(int processId, UnixChild child)
    {
        lock (s_watched)
        {
            if (s_watched.TryGetValue(processId, out var watched) && watched == child)
            {
                s_watched.Remove(processId);
            }
        }
    }
}
