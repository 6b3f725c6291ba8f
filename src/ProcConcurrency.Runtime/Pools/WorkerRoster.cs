using System.Diagnostics;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// A pool's workers: how many there are and may be, which stand idle, and which are to end. It gives no tasks; it says what ends, recalls
/// and starts workers. Counts are kept that every result asks for.
/// </summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class WorkerRoster(SchedulerSettings settings, SchedulerClock clock, OpenGroups groups)
{
    private static readonly TimeSpan s_recallPatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_firstMoments = TimeSpan.FromSeconds(1);

    private readonly List<WorkerSlot> _slots = [];

    // Where no worker goes for having nothing to do, all that there may be are there, however many that is.
    private bool _keepsAll = settings.IdleTimeout is null && settings.MinSize == settings.Size;
    private int _leastWanted = settings.MinSize;
    private readonly EarlyDeaths _deaths = new();
    private bool _hasOpened;

    internal IReadOnlyList<WorkerSlot> All => _slots;

    /// <summary>Those that have nothing to do, at this moment.</summary>
    internal WorkerSlot[] Idle => [.. _slots.Where(static slot => slot.IdleSince is not null)];

    /// <summary>Those with a process: those that are at something, and the others.</summary>
    internal (List<ITaskWorker> Busy, List<ITaskWorker> Others) Workers
    {
        get
        {
            List<ITaskWorker> busy = [], others = [];
            foreach (var slot in _slots)
            {
                if (slot.Worker is { } worker)
                {
                    (slot.IdleSince is null && (!slot.IsEnding || slot.Batch.Count > 0) ? busy : others).Add(worker);
                }
            }

            return (busy, others);
        }
    }

    /// <summary>How many are at a task.</summary>
    internal int RunningCount => _slots.Count(static slot => slot.Current is { State: PoolTaskState.Running });

    /// <summary>The most workers that are at tasks at a time, and the most that there are, those not counted that are to be replaced.</summary>
    internal int Size { get; private set; } = settings.Size;

    /// <summary>How many are there though there is nothing to do.</summary>
    internal int MinSize { get; private set; } = settings.MinSize;

    /// <summary>How many have nothing to do.</summary>
    internal int IdleCount { get; private set; }

    /// <summary>How many take tasks, or will when they have come up.</summary>
    internal int ActiveCount { get; private set; }

    /// <summary>How many of the active ones have not come up yet.</summary>
    internal int StartingCount { get; private set; }

    /// <summary>Whether the place of one that is to be replaced has been taken: by one that waits for it, or for there are enough.</summary>
    internal bool HasReplacement => IdleCount > 0 || ActiveCount - StartingCount >= Size;

    /// <summary>Whether one more may be at tasks: one that comes up in the place of another waits until that has done its last.</summary>
    internal bool HasRoom
    {
        get
        {
            var busy = 0;
            foreach (var slot in _slots)
            {
                busy += slot is { IsEnding: false, Batch.Count: > 0 } ? 1 : 0;
            }

            return busy < Size;
        }
    }

    /// <summary>Holds starts back where the system has refused some for a shortage.</summary>
    internal StartPause Pause { get; } = new(clock);

    /// <summary>Whether some have a process, and are not to end.</summary>
    internal bool HasProcess => _slots.Exists(static slot => slot is { Worker.ProcessId: > 0, IsEnding: false });

    /// <summary>Whether one more is wanted.</summary>
    internal bool WantsMore => !Pause.IsOn && ActiveCount < Size && (ActiveCount < MinSize || Needed > StartingCount + IdleCount);

    // How many could be at tasks beside those that are, or in the place of those that are to go.
    private int Needed => Math.Max(groups.Startable, RetiringCount is var retiring and > 0 ? Math.Min(groups.WaitingCount, retiring) : 0);

    // How many work on until they are replaced.
    private int RetiringCount
    {
        get
        {
            var count = 0;
            foreach (var slot in _slots)
            {
                count += slot is { IsRetiring: true, IsEnding: false } ? 1 : 0;
            }

            return count;
        }
    }

    // Whether idle ones may go, and are not those that the next tasks are for.
    private bool MayShrink => ActiveCount > MinSize && Needed == 0;

    internal void Resize(int size)
    {
        Size = size;
        MinSize = _keepsAll ? size : Math.Min(_leastWanted, size);
    }

    internal void KeepAtLeast(int count)
    {
        _keepsAll = false;
        MinSize = _leastWanted = count;
    }

    internal bool Has(WorkerSlot slot) => _slots.Contains(slot);

    internal WorkerSlot Add(WorkerSlot slot)
    {
        _slots.Add(slot);
        ActiveCount++;
        StartingCount++;
        return slot;
    }

    /// <summary>False where it was not here any more.</summary>
    internal bool Remove(WorkerSlot slot)
    {
        if (!_slots.Remove(slot))
        {
            return false;
        }

        Leave(slot);
        Retire(slot);
        return true;
    }

    /// <summary>It has come up.</summary>
    internal void Open(WorkerSlot slot)
    {
        _hasOpened = true;
        Pause.Forget();
        slot.IsOpen = true;
        StartingCount -= slot.IsRetiring ? 0 : 1;
    }

    /// <summary>It takes no more tasks, when another is in its place.</summary>
    internal void Retire(WorkerSlot slot)
    {
        if (!slot.IsRetiring)
        {
            slot.IsRetiring = true;
            ActiveCount--;
            StartingCount -= slot.IsOpen ? 0 : 1;
        }
    }

    internal void StandIdle(WorkerSlot slot)
    {
        if (slot.IdleSince is null)
        {
            slot.IdleSince = clock.Now;
            IdleCount++;
        }
    }

    /// <summary>It is idle no longer.</summary>
    internal void Leave(WorkerSlot slot)
    {
        if (slot.IdleSince is not null)
        {
            slot.IdleSince = null;
            IdleCount--;
        }
    }

    /// <summary>The one that has been idle for the shortest time; null where none is.</summary>
    internal WorkerSlot? FindIdle()
    {
        WorkerSlot? latest = null;
        foreach (var slot in _slots)
        {
            if (slot.IdleSince is { } since && (latest is null || since >= latest.IdleSince))
            {
                latest = slot;
            }
        }

        return latest;
    }

    /// <summary>It is to end itself.</summary>
    internal void End(WorkerSlot slot)
    {
        Leave(slot);
        Retire(slot);
        if (!slot.IsEnding)
        {
            slot.IsEnding = true;
            slot.Worker!.End();
        }
    }

    internal void Kill(WorkerSlot slot)
    {
        Retire(slot);
        if (!slot.IsEnding)
        {
            slot.IsEnding = true;
            slot.Worker!.Kill();
        }
    }

    /// <summary>Asks it for what it has not begun, and gives it a moment to answer.</summary>
    internal void AskBack(WorkerSlot slot)
    {
        if (slot.IsEnding)
        {
            // What it has comes back when it is gone.
            return;
        }

        if (slot.Recall(clock.Now))
        {
            slot.Worker!.Recall();
        }

        clock.Require(clock.After(slot.RecalledAt!.Value, s_recallPatience));
    }

    /// <summary>It has begun with a task that is to be ended: from now on it has a moment to answer.</summary>
    internal void AskAgain(WorkerSlot slot)
    {
        slot.WaitAnew(clock.Now);
        AskBack(slot);
    }

    /// <summary>Looks after what time brings to one of them.</summary>
    internal void LookAfter(WorkerSlot slot, long now)
    {
        if (slot.IsEnding)
        {
            return;
        }

        // Not for a task further back: the one that it is at would end with it.
        if (slot.RecalledAt is { } since && (slot.IsAtCondemned || slot.IsLate) && IsDue(clock.After(since, s_recallPatience), now))
        {
            // It doesn't even answer.
            Kill(slot);
            return;
        }

        if (CouldHelp(slot) && HasRoom && IsDue(clock.After(slot.SentAt, 2 * BatchSizer.s_target), now))
        {
            AskBack(slot);
        }

        if (slot.IdleSince is { } idle && settings.IdleTimeout is { } patience && MayShrink && IsDue(clock.After(idle, patience), now))
        {
            End(slot);
        }
    }

    /// <summary>Where some are idle: makes sure that they are looked after in time, and those whose tasks they could take.</summary>
    internal void LookAfterIdle()
    {
        if (IdleCount == 0)
        {
            return;
        }

        var mayShrink = settings.IdleTimeout is not null && MayShrink;
        var hasRoom = HasRoom;
        foreach (var slot in _slots)
        {
            if (mayShrink && slot.IdleSince is { } idle && settings.IdleTimeout is { } patience)
            {
                clock.Require(clock.After(idle, patience));
            }
            else if (hasRoom && CouldHelp(slot))
            {
                clock.Require(clock.After(slot.SentAt, 2 * BatchSizer.s_target));
            }
        }
    }

    /// <summary>A worker has done a task, so its machine lets workers live.</summary>
    internal void Prove(WorkerSlot slot) => _deaths.Prove(slot.Worker?.HostName, isFirst: slot.DoneCount == 0);

    /// <summary>A worker refuses to come up. True where it makes no sense to start another on its machine.</summary>
    internal bool Refuse(WorkerSlot slot) => !_hasOpened || _deaths.CountRefusal(slot.Worker?.HostName);

    /// <summary>
    /// A worker is gone, unasked and without a task to blame. True where so many of its machine's went so in a row that it makes no sense to start
    /// another there. An idle one is to blame itself only in its first moments: later, somebody else has ended it.
    /// </summary>
    internal bool Lose(WorkerSlot slot, WorkerCrash crash) =>
        (!slot.IsOpen || (slot is { DoneCount: 0, IdleSince: { } since } && clock.After(since, s_firstMoments) > clock.Now))
        && _deaths.Count(crash.HostName, crash.Status);

    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        int idle = 0, active = 0, starting = 0;
        foreach (var slot in _slots)
        {
            idle += slot.IdleSince is null ? 0 : 1;
            active += slot.IsRetiring ? 0 : 1;
            starting += slot is { IsRetiring: false, IsOpen: false } ? 1 : 0;
            Debug.Assert(slot.IdleSince is null || slot.Batch.Count == 0, "an idle worker has no task");
            Debug.Assert(slot.IdleSince is null || !slot.IsEnding, "an idle worker is not ending");
            Debug.Assert(slot.Current is null || slot.Current.State == (slot.HasBegun ? PoolTaskState.Running : PoolTaskState.Sent), "one task of a batch runs");
            Debug.Assert(!slot.IsLate || slot is { HasBegun: false, Current: not null }, "who has begun, or has nothing to do, is not late");
            Debug.Assert(slot.Left < 2 || slot.Batch[^1].State == PoolTaskState.Sent, "the others of a batch have been sent");
            Debug.Assert(slot.Current is null || (slot.Current.Slot == slot && slot.Batch[^1].Slot == slot), "a task is with one worker");
        }

        Debug.Assert(idle == IdleCount, "idle workers are counted");
        Debug.Assert(active == ActiveCount, "active workers are counted");
        Debug.Assert(starting == StartingCount, "workers that come up are counted");
    }

    /// <summary>Whether others, that have nothing to do, could do what it has not begun; they may only where there is room.</summary>
    private bool CouldHelp(WorkerSlot slot) =>
        IdleCount > 0 && slot is { CanRecall: true, IsEnding: false, Current.Group: { } group } && group.Workers < group.Settings.MaxWorkers;

    private bool IsDue(long when, long now)
    {
        if (when <= now)
        {
            return true;
        }

        clock.Require(when);
        return false;
    }
}
