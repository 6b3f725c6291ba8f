using System.Diagnostics;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Gives what waits to workers, and follows each through its batch. After each event that may let something go on,
/// <see cref="Proceed"/> gives idle workers what waits, and says when more are wanted: so no event can forget it.
/// </summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class WorkGiver(
    SchedulerSettings settings, SchedulerClock clock, OpenGroups groups, WorkerRoster roster, ResultStore results, TaskEnds ends, object gate)
{
    // To set up what is to run takes some milliseconds, or longer where modules are loaded: then another worker is the price of an error.
    private static readonly TimeSpan s_setUp = TimeSpan.FromSeconds(1);

    /// <summary>Takes the lock for a step.</summary>
    internal SchedulerStep Begin() => new(gate, this, ends);

    internal bool WantsWorker => !ends.IsEnded && ends.Failure is null && roster.WantsMore;

    /// <summary>Something may go on: idle workers get what waits, and others are wanted where they are not enough.</summary>
    internal void Proceed()
    {
        while (roster.IdleCount > 0 && groups.Startable > 0 && roster.HasRoom)
        {
            var slot = roster.FindIdle()!;
            roster.Leave(slot);
            Assign(slot);
            if (slot.IdleSince is not null)
            {
                break;
            }
        }

        roster.LookAfterIdle();
        if (WantsWorker)
        {
            settings.OnWanted();
        }
    }

    /// <summary>Gives a worker its next batch, lets it stand idle, or ends it.</summary>
    internal void Assign(WorkerSlot slot)
    {
        if (slot.IsEnding)
        {
            return;
        }

        if (!ends.IsEnded && roster.ActiveCount > roster.Size)
        {
            roster.Retire(slot);
        }

        var isSpent = slot.DoneCount >= settings.MaxTasksPerWorker || (settings.KeepsPlaces && IsTooLarge(slot));
        if (!isSpent && !(slot.IsRetiring && roster.HasReplacement) && roster.HasRoom && FillBatch(slot) is { } group)
        {
            Send(slot, group);
        }
        else if (isSpent || (slot.IsRetiring && !ends.IsEnded))
        {
            roster.End(slot);
        }
        else
        {
            roster.StandIdle(slot);
            groups.Wake();
        }
    }

    private void Send(WorkerSlot slot, TaskGroup group)
    {
        group.Workers++;
        slot.BeginBatch(clock.Now);
        if (slot.DoneCount + slot.Batch.Count >= settings.MaxTasksPerWorker)
        {
            // Its last: another is to be there when it ends.
            roster.Retire(slot);
        }

        slot.Worker!.Send(slot.Batch[0].Definition, slot.Batch);
        LookAtBegin(slot, slot.SentAt);
        group.Wake();
    }

    private TaskGroup? FillBatch(WorkerSlot slot)
    {
        while (groups.Next is { } group)
        {
            var head = group.Waiting.Head!;
            var definition = head.Definition;
            if (definition.Failure is not null)
            {
                group.Waiting.RemoveHead(head);
                ends.Finish(head, PoolTaskState.Failed, PoolTaskCause.Definition);
                continue;
            }

            var count = head.Options.BatchSize
                ?? definition.Sizer.Next(group.Waiting.Count, Math.Min(roster.Size, group.Settings.MaxWorkers), group.HasAllInput || group.IsKept);
            count = head.Crashes.Count > 0 || slot.IsRetiring ? 1 : Math.Min(count, settings.MaxTasksPerWorker - slot.DoneCount);
            var bytes = 0;
            do
            {
                group.Waiting.RemoveHead(head);
                bytes += head.Payload.Length;
                slot.Take(head);
                head = group.Waiting.Head;
            }
            while (head is { Crashes.Count: 0 } && head.Definition == definition && slot.Batch.Count < count && bytes < BatchSizer.MaxBytes);
            return group;
        }

        return null;
    }

    internal void StartCurrent(WorkerSlot slot)
    {
        if (slot.Current is not { } task)
        {
            return;
        }

        task.Begin(slot.Worker!, clock.Now);
        if (task.Condemned != PoolTaskCause.None)
        {
            // It was with the worker already when that gave back the others, or the worker has not answered yet.
            roster.AskAgain(slot);
        }

        if (task.Options.Timeout is { } limit)
        {
            clock.Require(clock.After(task.StartedAt, limit));
        }
    }

    /// <summary>A worker has ended a task, and is at the next one of its batch, if there is one.</summary>
    internal void EndTask(WorkerSlot slot, PoolTask task, bool failed)
    {
        roster.Prove(slot);
        var batchDone = slot.Advance();
        ends.EndAttempt(task, failed ? PoolTaskState.Failed : PoolTaskState.Done, failed ? PoolTaskCause.Error : PoolTaskCause.None);
        if (batchDone)
        {
            task.Definition.Sizer.Learn(slot.BatchCount, clock.Since(slot.SentAt));
            EndBatch(slot, task.Group);
        }
        else
        {
            StartCurrent(slot);
            if (IsTooLarge(slot))
            {
                roster.Retire(slot);
                roster.AskBack(slot);
            }
        }

        Proceed();
    }

    internal void EndBatch(WorkerSlot slot, TaskGroup group)
    {
        group.Workers--;
        if (IsTooLarge(slot))
        {
            // It goes on until another is in its place.
            roster.Retire(slot);
        }

        Assign(slot);
    }

    private bool IsTooLarge(WorkerSlot slot) => settings.MaxWorkerMemory is { } most && slot.Memory > most;

    /// <summary>Asks for a batch back that its worker has not begun in time: nothing of it has run, so others may do it.</summary>
    internal void LookAtBegin(WorkerSlot slot, long now)
    {
        if (slot.IsEnding || slot.BeginLimit is not { } limit)
        {
            return;
        }

        var due = clock.After(slot.SentAt, limit);
        if (due <= now)
        {
            slot.IsLate = true;
            slot.Current!.Definition.AllowMore(limit);
            roster.AskBack(slot);
        }
        else
        {
            clock.Require(due);
        }
    }

    /// <summary>Whether a worker that gives back all it has may hang in what it was to set up, and would do so at the next batch, too.</summary>
    internal bool MayHang(WorkerSlot slot) => slot.IsLate || (!slot.HasBegun && clock.Since(slot.SentAt) >= s_setUp);

    /// <summary>Ends what a worker is at where its time is up.</summary>
    internal void LookAtLimit(WorkerSlot slot, long now)
    {
        if (slot.Current is not { State: PoolTaskState.Running, Condemned: PoolTaskCause.None, Options.Timeout: { } limit } current)
        {
            return;
        }

        var due = clock.After(current.StartedAt, limit);
        if (due <= now)
        {
            ends.Condemn(current, PoolTaskCause.Timeout);
        }
        else
        {
            clock.Require(due);
        }
    }

    /// <summary>Takes an idle worker away, with all the credit that a fresh one has; null where none is idle.</summary>
    internal ITaskWorker? Detach()
    {
        if (roster.FindIdle() is not { } slot)
        {
            return null;
        }

        roster.Remove(slot);
        results.Forgive(slot);
        if (slot.Credit(ResultCredit.Portion) - ResultCredit.Portion is var rest and > 0)
        {
            slot.Worker!.GiveCredit(rest);
        }

        return slot.Worker;
    }

    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        Debug.Assert(Monitor.IsEntered(gate), "the lock is held");
        roster.AssertInvariants();
        results.AssertInvariants();
        foreach (var group in groups.All)
        {
            Debug.Assert(group.Workers == roster.All.Count(slot => slot.Current?.Group == group), "a group's workers are counted");
            Debug.Assert(group.Finished <= group.Accepted && group.Taken <= group.Finished, "a task ends once");
            Debug.Assert(group.Waiting.Count >= 0 && group.Waiting.Count <= group.Accepted - group.Finished, "what waits is not over");
        }
    }
}
