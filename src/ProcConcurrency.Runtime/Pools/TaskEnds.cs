using System.Diagnostics;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// How tasks end: what becomes of one whose attempt is over, whose worker is gone or gives it back, or that is called off. Everything that
/// makes a task over comes through here, once.
/// <code>
/// an attempt's end -> another attempt, at once or after a delay
///                  -> over -> its group halts?  -> all its tasks are called off
/// </code>
/// A task that is to be ended where it runs is first called back with all that its worker has not begun: so a worker is killed for the
/// very task that it is at, and no other is begun for nothing.
/// </summary>
/// <remarks>The scheduler's lock guards all but <see cref="TellOver"/>, which takes it.</remarks>
internal sealed class TaskEnds(SchedulerSettings settings, SchedulerClock clock, OpenGroups groups, WorkerRoster roster, ResultStore results, object gate)
{
    internal const int MaxCrashes = 3;

    private readonly Queue<PoolTask> _over = new();

    // Of a pool that takes no more tasks: whether some are over that nobody who waits for the pool has been told of.
    private bool _mayBeDone;

    /// <summary>Those whose next attempt has to wait.</summary>
    internal DelayedTasks Delayed { get; } = new(clock);

    /// <summary>Why nothing can be begun any more: workers don't start. Null while all is well.</summary>
    internal PoolFailure? Failure { get; private set; }

    /// <summary>Whether nothing is begun any more, for the pool is to end.</summary>
    internal bool IsEnded { get; private set; }

    /// <summary>Whether no more tasks come.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>How many tasks are over.</summary>
    internal long Count { get; private set; }

    /// <summary>Tells of tasks that are over, with nothing locked: called without the lock, after whatever may have ended some.</summary>
    internal void TellOver()
    {
        // Whoever adds one comes by here after that: to look without the lock misses none.
        while (_over.Count > 0)
        {
            PoolTask? task;
            lock (gate)
            {
                if (!_over.TryDequeue(out task))
                {
                    break;
                }
            }

            task.Group.Settings.OnOver!(task);
        }

        if (_mayBeDone)
        {
            _mayBeDone = false;
            settings.OnLastTasks?.Invoke();
        }
    }

    /// <summary>Calls a task off. One that runs is ended only where <paramref name="running"/> says so; its attempt is its last in any case.</summary>
    internal void Cancel(PoolTask task, bool running)
    {
        if (task.IsOver)
        {
            return;
        }

        if (!task.IsAdded)
        {
            // It is over as soon as it is added.
            task.IsCalledOff = true;
            return;
        }

        if (task.State == PoolTaskState.Queued)
        {
            Drop(task, PoolTaskState.Canceled, PoolTaskCause.Canceled);
            return;
        }

        task.IsCalledOff = true;
        if (running)
        {
            Condemn(task, PoolTaskCause.Canceled);
        }
        else if (task.State == PoolTaskState.Sent)
        {
            roster.AskBack(task.Slot!);
        }
    }

    internal void Cancel(TaskGroup group, bool running)
    {
        foreach (var task in WaitingOf(group))
        {
            Cancel(task, running);
        }

        foreach (var slot in roster.All)
        {
            for (var i = slot.Next; i < slot.Batch.Count && slot.Batch[i].Group == group; i++)
            {
                Cancel(slot.Batch[i], running);
            }
        }
    }

    /// <summary>Nothing is begun any more.</summary>
    internal void End()
    {
        IsEnded = true;
        foreach (var group in groups.All.ToArray())
        {
            Cancel(group, running: false);
            group.Wake();
        }
    }

    /// <summary>Nothing can be begun any more. What runs may end.</summary>
    internal void Fail(PoolFailure failure)
    {
        Failure ??= failure;
        foreach (var group in groups.All.ToArray())
        {
            foreach (var task in WaitingOf(group))
            {
                if (!task.IsOver)
                {
                    Drop(task, PoolTaskState.Failed, PoolTaskCause.Pool);
                }
            }

            group.Wake();
        }
    }

    /// <summary>A task is to be ended where it is: with a worker.</summary>
    internal void Condemn(PoolTask task, PoolTaskCause cause)
    {
        // Who calls a task off wants no other attempt, whatever it was to be ended for before.
        task.Condemned = task.Condemned == PoolTaskCause.None || cause == PoolTaskCause.Canceled ? cause : task.Condemned;
        roster.AskBack(task.Slot!);
    }

    /// <summary>A worker is gone, and this is what it was at.</summary>
    internal void EndByDeath(PoolTask task, WorkerSlot slot, WorkerCrash crash)
    {
        if (task.Condemned != PoolTaskCause.None)
        {
            EndAttempt(task, task.Condemned == PoolTaskCause.Canceled ? PoolTaskState.Canceled : PoolTaskState.Failed, task.Condemned);
        }
        else if (IsEnded)
        {
            EndAttempt(task, PoolTaskState.Canceled, PoolTaskCause.Canceled);
        }
        else if (slot.IsEnding && !task.WasHandedOn)
        {
            // Killed for another task, which had ended the moment before.
            results.Discard(task);
            Return([task]);
        }
        else
        {
            task.Add(crash);
            EndAttempt(task, PoolTaskState.Lost, PoolTaskCause.Crash, crash);
        }
    }

    /// <summary>An attempt is over.</summary>
    internal void EndAttempt(PoolTask task, PoolTaskState state, PoolTaskCause cause, WorkerCrash? crash = null)
    {
        task.EndedAt = clock.Now;
        task.Cause = cause;
        task.Condemned = PoolTaskCause.None;
        if (task.Group.Settings.OnAttempt is not null || settings.OnAttempt is not null)
        {
            var attempt = new TaskAttempt(
                task, task.Attempts, state, cause, task.ProcessId, task.StartedAt, clock.Between(task.StartedAt, task.EndedAt), crash,
                cause == PoolTaskCause.Error ? task.PeekRecords() : []);
            task.Group.Settings.OnAttempt?.Invoke(attempt);
            settings.OnAttempt?.Invoke(attempt);
        }

        var mayRepeat = state is PoolTaskState.Failed or PoolTaskState.Lost && task.Attempts <= task.Options.RetryCount && task.Crashes.Count < MaxCrashes;
        if (mayRepeat && WhyNot(task) == PoolTaskCause.None)
        {
            Repeat(task);
        }
        else
        {
            Finish(task, state, cause);
        }
    }

    /// <summary>Tasks come back from a worker that has not begun them.</summary>
    internal void Return(List<PoolTask> tasks)
    {
        // What comes first is to be first again.
        for (var i = tasks.Count - 1; i >= 0; i--)
        {
            var task = tasks[i];
            if (task.State == PoolTaskState.Running)
            {
                // The worker was about to begin with it.
                task.TakeBegunBack();
            }

            switch (WhyNot(task))
            {
                case PoolTaskCause.None:
                    task.Condemned = PoolTaskCause.None;
                    task.State = PoolTaskState.Queued;
                    task.Group.Waiting.Add(task, atFront: true);
                    break;
                case PoolTaskCause.Pool:
                    Finish(task, PoolTaskState.Failed, PoolTaskCause.Pool);
                    break;
                default:
                    Finish(task, PoolTaskState.Canceled, PoolTaskCause.Canceled);
                    break;
            }
        }
    }

    /// <summary>Why a task may not wait for a worker; None where it may.</summary>
    internal PoolTaskCause WhyNot(PoolTask task) =>
        task.IsCalledOff || task.Group.IsHalted || task.Group.IsAbandoned || IsEnded ? PoolTaskCause.Canceled
        : Failure is not null ? PoolTaskCause.Pool
        : PoolTaskCause.None;

    /// <summary>A task is over. It is nowhere any more: neither in its group's line, nor with a worker.</summary>
    internal void Finish(PoolTask task, PoolTaskState state, PoolTaskCause cause)
    {
        Debug.Assert(!task.IsOver, "a task ends once");
        var group = task.Group;
        task.Cause = cause;
        task.Condemned = PoolTaskCause.None;
        task.End(state);
        group.Finished++;
        Count++;
        _mayBeDone |= IsClosed || IsEnded;
        group.Failed += state is PoolTaskState.Failed or PoolTaskState.Lost ? 1 : 0;
        group.Canceled += state == PoolTaskState.Canceled ? 1 : 0;
        if (group.IsAbandoned)
        {
            results.Discard(task);
        }

        ResultStore.List(task);
        if (group.Settings.OnOver is not null)
        {
            _over.Enqueue(task);
        }

        if (!group.IsHalted && group.Settings.Halts?.Invoke(group.Failed, group.Finished) == true)
        {
            group.IsHalted = true;
            Cancel(group, group.Settings.HaltsAtOnce);
        }

        groups.Retire(group);
    }

    /// <summary>A task that waits is over.</summary>
    private void Drop(PoolTask task, PoolTaskState state, PoolTaskCause cause)
    {
        if (task.IsDelayed)
        {
            Delayed.Forget(task);
        }
        else
        {
            task.Group.Waiting.Forget(task);
        }

        Finish(task, state, cause);
    }

    private void Repeat(PoolTask task)
    {
        results.Discard(task);
        task.State = PoolTaskState.Queued;
        task.WasHandedOn = false;
        var delay = task.Options.RetryDelay * (0.5 + settings.Random());
        if (delay > TimeSpan.Zero)
        {
            Delayed.Add(task, delay);
        }
        else
        {
            task.Group.Waiting.Add(task, atFront: true);
        }
    }

    private PoolTask[] WaitingOf(TaskGroup group) => [.. group.Waiting.All, .. Delayed.Of(group)];
}
