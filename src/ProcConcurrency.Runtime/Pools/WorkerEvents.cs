using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>What workers say, each by its <see cref="WorkerSlot"/>, and what follows from it.</summary>
/// <remarks>Thread-safe, by the scheduler's lock.</remarks>
internal sealed class WorkerEvents(
    SchedulerSettings settings, OpenGroups groups, WorkerRoster roster, ResultStore results, TaskEnds ends, WorkGiver work)
{
    internal void OnOpened(WorkerSlot slot)
    {
        using var step = work.Begin();
        if (!roster.Has(slot))
        {
            // It died as it was taken on.
            return;
        }

        roster.Open(slot);
        work.Assign(slot);
        work.Proceed();
    }

    /// <summary>A worker could not be started where it was to be: another may be, elsewhere.</summary>
    internal void OnNotStarted(WorkerSlot slot)
    {
        using var step = work.Begin();
        roster.Remove(slot);
        work.Proceed();
    }

    /// <summary>A worker's initialization failed.</summary>
    internal void OnRefused(WorkerSlot slot, byte[] reason)
    {
        using var step = work.Begin();
        slot.IsEnding = true;
        if (settings.OnRefused?.Invoke(slot.Worker?.HostName, reason) != true && roster.Refuse(slot))
        {
            ends.Fail(new PoolFailure(reason));
        }

        work.Proceed();
    }

    internal void OnBegun(WorkerSlot slot)
    {
        using var step = work.Begin();
        slot.Begin();
        work.StartCurrent(slot);
        roster.LookAfterIdle();
    }

    /// <summary>Takes records of a worker's current task, and never waits.</summary>
    internal void OnResults(WorkerSlot slot, long number, ReadOnlySpan<byte> records, bool isLast, bool failed, object? held, long? memory)
    {
        var chunk = records.Length > 0 ? results.Receive(slot, records) : default;
        using var step = work.Begin();
        if (slot.Current is not { State: PoolTaskState.Running } task || task.Number != number)
        {
            results.Drop(chunk);
            throw new ProtocolException("a worker sent results of a task that it was not given");
        }

        slot.Memory = memory ?? slot.Memory;
        task.Hold(held);
        results.Add(slot, task, chunk, isLast);
        if (isLast)
        {
            work.EndTask(slot, task, failed);
        }
    }

    /// <summary>A worker gives back the last tasks of its batch. Where nobody asked, the answer to a recall may still be to come.</summary>
    internal void OnReturned(WorkerSlot slot, int count, bool wasAsked)
    {
        using var step = work.Begin();
        if (!(wasAsked && slot.Answer()) && count == 0)
        {
            return;
        }

        var group = slot.Current?.Group;
        if (wasAsked && count >= slot.Left && work.MayHang(slot))
        {
            // It hears, but whatever it hangs in may keep it from the next batch, too.
            roster.Kill(slot);
        }

        ends.Return(slot.TakeBack(count));
        if (wasAsked && slot.IsAtCondemned)
        {
            roster.Kill(slot);
        }
        else if (slot.Current is null && group is not null)
        {
            work.EndBatch(slot, group);
        }

        work.Proceed();
    }

    /// <summary>A worker can't set up what its batch is to run.</summary>
    internal void OnDefinitionRefused(WorkerSlot slot, int id, byte[] reason)
    {
        using var step = work.Begin();
        if (slot.Current is not { } first || first.Definition.Id != id)
        {
            return;
        }

        first.Definition.Failure ??= reason;
        foreach (var task in slot.TakeBack(int.MaxValue))
        {
            if (task.IsCalledOff)
            {
                ends.Finish(task, PoolTaskState.Canceled, PoolTaskCause.Canceled);
            }
            else
            {
                ends.Finish(task, PoolTaskState.Failed, PoolTaskCause.Definition);
            }
        }

        work.EndBatch(slot, first.Group);
        work.Proceed();
    }

    /// <summary>A worker is gone: the task that it was at fails, the rest of its batch goes back, another takes its place.</summary>
    internal void OnExited(WorkerSlot slot, WorkerCrash crash)
    {
        using var step = work.Begin();
        var current = slot.Current;

        // That a machine is lost says nothing of how workers fare.
        var isOwnEnd = crash.HostLoss is null && !slot.IsEnding && !ends.IsEnded;
        var isBlamed = isOwnEnd && current is null && roster.Lose(slot, crash);
        if (!roster.Remove(slot))
        {
            return;
        }

        slot.IsGone = true;
        if (isOwnEnd && current is { State: PoolTaskState.Sent, Condemned: PoolTaskCause.None, IsCalledOff: false })
        {
            Suspect(slot, current, crash);
        }

        if (current is not null)
        {
            current.Group.Workers--;
        }

        if (current is { State: PoolTaskState.Running })
        {
            slot.Advance();
            ends.EndByDeath(current, slot, crash);
        }
        else if (isBlamed && settings.OnSick?.Invoke(crash) != true)
        {
            ends.Fail(new PoolFailure(Crash: crash));
        }

        ends.Return(slot.TakeBack(int.MaxValue));
        groups.Wake();
        work.Proceed();
    }

    /// <summary>
    /// A worker died before it began with its batch: of what it was to read, perhaps, which is most likely the first task, or by somebody
    /// outside. That task travels alone from now on, and one that is found so as often as a task may crash has crashed.
    /// </summary>
    private void Suspect(WorkerSlot slot, PoolTask first, WorkerCrash crash)
    {
        if (first.Crashes.Count < TaskEnds.MaxCrashes - 1)
        {
            first.Add(crash);
        }
        else
        {
            work.StartCurrent(slot);
        }
    }
}
