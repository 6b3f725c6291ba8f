using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>What workers say, each by its <see cref="WorkerSlot"/>, and what follows from it.</summary>
/// <remarks>Thread-safe, by the scheduler's lock.</remarks>
internal sealed class WorkerEvents(
    SchedulerSettings settings, OpenGroups groups, WorkerRoster roster, ResultStore results, TaskEnds ends, WorkGiver work, object gate)
{
    internal void OnOpened(WorkerSlot slot)
    {
        lock (gate)
        {
            work.AssertInvariants();
            if (!roster.Has(slot))
            {
                // It died as it was taken on.
                return;
            }

            roster.Open(slot);
            work.Assign(slot);
            work.Proceed();
        }

        ends.TellOver();
    }

    /// <summary>A worker could not be started where it was to be: another may be, elsewhere.</summary>
    internal void OnNotStarted(WorkerSlot slot)
    {
        lock (gate)
        {
            work.AssertInvariants();
            roster.Remove(slot);
            work.Proceed();
        }

        ends.TellOver();
    }

    /// <summary>A worker's initialization failed.</summary>
    internal void OnRefused(WorkerSlot slot, byte[] reason)
    {
        lock (gate)
        {
            work.AssertInvariants();
            slot.IsEnding = true;
            if (settings.OnRefused?.Invoke(slot.Worker?.HostName, reason) != true && roster.Refuse())
            {
                ends.Fail(new PoolFailure(reason));
            }
        }

        ends.TellOver();
    }

    internal void OnBegun(WorkerSlot slot)
    {
        lock (gate)
        {
            work.AssertInvariants();
            slot.Begin();
            work.StartCurrent(slot);
            roster.LookAfterIdle();
        }
    }

    /// <summary>Takes records of a worker's current task, and never waits.</summary>
    internal void OnResults(WorkerSlot slot, long number, ReadOnlySpan<byte> records, bool isLast, bool failed, object? held)
    {
        var chunk = records.Length > 0 ? results.Receive(slot, records) : default;
        lock (gate)
        {
            work.AssertInvariants();
            if (slot.Current is not { State: PoolTaskState.Running } task || task.Number != number)
            {
                results.Drop(chunk);
                throw new ProtocolException("a worker sent results of a task that it was not given");
            }

            task.Hold(held);
            results.Add(slot, task, chunk, isLast);
            if (isLast)
            {
                work.EndTask(slot, task, failed);
            }
        }

        ends.TellOver();
    }

    /// <summary>A worker gives back the last tasks of its batch. Where nobody asked, the answer to a recall may still be to come.</summary>
    internal void OnReturned(WorkerSlot slot, int count, bool wasAsked)
    {
        lock (gate)
        {
            work.AssertInvariants();
            if (!(wasAsked && slot.Answer()) && count == 0)
            {
                return;
            }

            var group = slot.Current?.Group;
            if (slot.IsLate && count >= slot.Left)
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

        ends.TellOver();
    }

    /// <summary>A worker can't set up what its batch is to run.</summary>
    internal void OnDefinitionRefused(WorkerSlot slot, int id, byte[] reason)
    {
        lock (gate)
        {
            work.AssertInvariants();
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

        ends.TellOver();
    }

    /// <summary>A worker is gone: its current task fails, the rest of its batch goes back, another takes its place.</summary>
    internal void OnExited(WorkerSlot slot, WorkerCrash crash)
    {
        lock (gate)
        {
            work.AssertInvariants();
            var current = slot.Current;
            
            // That a machine is lost says nothing of how workers fare.
            var isBlamed = crash.HostLoss is null && current is not { State: PoolTaskState.Running } && !ends.IsEnded && roster.Lose(slot, crash.Status);
            if (!roster.Remove(slot))
            {
                return;
            }

            slot.IsGone = true;
            if (current is not null)
            {
                current.Group.Workers--;
            }

            if (current is { State: PoolTaskState.Running })
            {
                slot.Advance();
                ends.EndByDeath(current, slot, crash);
            }
            else if (isBlamed)
            {
                ends.Fail(new PoolFailure(Crash: crash));
            }

            ends.Return(slot.TakeBack(int.MaxValue));
            groups.Wake();
            work.Proceed();
        }

        ends.TellOver();
    }
}
