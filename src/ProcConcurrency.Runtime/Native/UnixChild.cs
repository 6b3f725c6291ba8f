using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// A child of this process on Linux and macOS, from its start until it is reaped. Until then the system gives its id, which
/// is its process group's too, to nobody else.
/// </summary>
/// <remarks>
/// A child that ends by itself leaves alive what it started, as a shell does. One that was told to end, or that a signal ended,
/// takes along all that is left of it: its process group, and those below it that had left the group by the time it was told.
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixChild
{
    // The system keeps a process that was killed in a call that nothing ends: at a dead network drive, say. It runs nothing of its own any
    // more, and nobody waits longer than this for its end. To free a lot of memory takes a killed process seconds, too.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    // Guards the fields below, and keeps the child from being reaped while its id is used.
    private readonly object _gate = new();
    private readonly int _processId;
    private readonly Action _onEnded;
    private readonly TaskCompletionSource<ExitStatus> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // All that were below it when it was told to end. When it has ended, nothing ties them to it any more.
    private readonly HashSet<ProcessIdentity> _below = [];
    private bool _told;
    private BackgroundTimer? _limit;
    private bool _over;

    /// <param name="processId">Its id.</param>
    /// <param name="onEnded">Called once, when <see cref="Exited"/> has completed.</param>
    internal UnixChild(int processId, Action onEnded)
    {
        _processId = processId;
        _onEnded = onEnded;
    }

    /// <summary>Completes when the process is gone and reaped; or some time after it was killed, where the system doesn't let it go.</summary>
    internal Task<ExitStatus> Exited => _exited.Task;

    /// <summary>Asks the process and all below it to end; with <paramref name="force"/> ends them at once.</summary>
    internal void SignalTree(ProcessSnapshot processes, bool force)
    {
        var descendants = processes.Below([_processId]);
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _told = true;
            var signal = force ? LibC.SigKill : LibC.SigTerm;

            // Remembered while their parent still ties them to the tree.
            _below.UnionWith(descendants.Select(static descendant => descendant.Identity));
            var group = processes.All.FirstOrDefault(process => process.Identity.Id == _processId)?.Group ?? 0;
            var isReached = Send(signal, group, descendants);
            if (!force)
            {
                // Who is stopped, because it asked the terminal for a password, say, comes to the signal only when it goes on.
                _ = Send(LibC.s_sigContinue, group, descendants);
            }
            else if (isReached && _limit is null)
            {
                _limit = Background.Timer($"end of {_processId}", () => Background.StartOrQueue($"end of {_processId}", () => Tell(new ExitStatus(-LibC.SigKill))));
                _limit.Set(s_patience);
            }
        }
    }

    /// <summary>Sends each process a signal; a polite one once, for a second request to end may mean another thing than the first.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="group">The child's own group; 0 where it is not known.</param>
    /// <param name="descendants">Those below it.</param>
    /// <returns>False where the child may not be sent any: it has become another user's.</returns>
    private bool Send(int signal, int group, List<ProcessEntry> descendants)
    {
        // The group first: it catches any that is born meanwhile. The child may have left it, and others be in it still.
        if (LibC.kill(-_processId, signal) != 0 || (group != 0 && group != _processId) || signal != LibC.SigTerm)
        {
            _ = LibC.kill(_processId, signal);
        }

        foreach (var descendant in descendants.Where(descendant => descendant.Group != _processId))
        {
            _ = LibC.kill(descendant.Identity.Id, signal);
        }

        // Whoever else was in the group says nothing of the child.
        return LibC.kill(_processId, 0) == 0;
    }

    /// <summary>Reaps the process, which has ended, and ends what must not outlive it.</summary>
    /// <param name="end">How it ended; null where that is lost.</param>
    internal void Reap(ChildEnd? end)
    {
        try
        {
            lock (_gate)
            {
                _over = true;
                _limit?.Dispose();
                if (end is { } known && (known.IsBySignal || _told))
                {
                    _ = LibC.kill(-_processId, LibC.SigKill);
                }

                ProcessTree.KillLeftOf(_below);
                UnixReaper.Unwatch(_processId, this);

                // Where its end is lost somebody else has reaped it, and the id may be that of another child by now.
                if (end is not null)
                {
                    _ = LibC.waitpid(_processId, out _, LibC.WaitNoHang);
                }
            }
        }
        finally
        {
            Tell(end?.Status ?? ExitStatus.Unknown);
        }
    }

    private void Tell(ExitStatus status)
    {
        if (_exited.TrySetResult(status))
        {
            _onEnded();
        }
    }
}
