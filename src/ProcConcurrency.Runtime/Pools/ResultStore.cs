using System.Diagnostics;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Results on their way from workers to whoever takes them: in memory up to a bound, beyond it in the spill file. What can be handed on
/// now is its worker's debt until it is: a slow consumer slows the worker down. What must wait for its turn is no debt, for whoever has
/// the turn may be waiting for this very worker; nor is what is kept, nor anything where others want the same workers, nor what a task
/// with a time limit writes: its time is not the consumer's.
/// </summary>
/// <remarks>The scheduler's lock guards all but <see cref="Receive"/> and <see cref="Read"/>, which use the disk and are called without it.</remarks>
internal sealed class ResultStore(SchedulerSettings settings, SpillFile spill, OpenGroups groups, object gate)
{
    private long _bufferedBytes;
    private string? _warning;

    /// <summary>What lies in memory.</summary>
    internal long BufferedBytes => Volatile.Read(ref _bufferedBytes);

    /// <summary>Whether so much waits in memory, with what else waits, that no more should be begun.</summary>
    internal bool IsFullWith(long bytes) => bytes + _bufferedBytes > settings.MaxBufferedBytes;

    /// <summary>Brings a worker's records where they can wait. Called without the lock, for it may write to the disk.</summary>
    internal ResultChunk Receive(WorkerSlot slot, ReadOnlySpan<byte> records)
    {
        WorkerSlot? lender = null;
        if (BufferedBytes + records.Length > settings.MaxBufferedBytes && MayWaitOutside(slot))
        {
            try
            {
                return new ResultChunk(records.Length, null, spill.Write(records), null);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                lender = WarnOfSpill(slot, error);
            }
        }

        return new ResultChunk(records.Length, records.ToArray(), default, lender);
    }

    /// <summary>The other half of <see cref="Receive"/>: gives them to their task.</summary>
    internal void Add(WorkerSlot slot, PoolTask task, ResultChunk chunk, bool isLast)
    {
        var cost = ResultCredit.CostOf(chunk.Length, isLast);
        if (cost == 0)
        {
            chunk = chunk with { Lender = null };
        }
        else if (chunk.Lender is null)
        {
            if (chunk.Bytes is null || MayWait(task))
            {
                GiveCredit(slot, cost);
            }
            else
            {
                chunk = chunk with { Lender = slot };
            }
        }

        if (chunk.Length > 0)
        {
            task.Add(chunk);
            _bufferedBytes += chunk.Bytes?.Length ?? 0;
        }

        if (task.Group.IsAbandoned || task.IsForgotten)
        {
            Discard(task);
        }
        else if (!isLast)
        {
            List(task);
        }
    }

    /// <summary>Nobody wants what was received.</summary>
    internal void Drop(ResultChunk chunk)
    {
        if (chunk is { Length: > 0, Bytes: null })
        {
            spill.Release(chunk.Place);
        }
    }

    /// <summary>Its group's consumer is to look at a task that has something to take, or is over.</summary>
    internal static void List(PoolTask task)
    {
        var group = task.Group;
        if (group.Settings.Order == ResultOrder.Ready && !task.IsListed && (task.CanBeTaken || task.IsOver))
        {
            task.IsListed = true;
            group.Line.Enqueue(task);
        }

        group.Wake();
    }

    /// <summary>The task whose turn it is to be taken from; null where there is nothing to take.</summary>
    internal static PoolTask? Peek(TaskGroup group)
    {
        while (group.Line.TryPeek(out var task))
        {
            if (task.CanBeTaken)
            {
                return task;
            }

            if (group.IsOrdered)
            {
                return null;
            }

            // What it had was dropped for another attempt: others go first, and it is listed anew.
            group.Line.Dequeue();
            task.IsListed = false;
        }

        return null;
    }

    /// <summary>Takes the next of a task's results, which has the turn. What it gives is to be read without the lock.</summary>
    internal ResultChunk Take(PoolTask task, out bool isLast)
    {
        var chunk = TakeChunk(task);
        task.WasHandedOn |= chunk.Length > 0;
        isLast = task.IsOver && !task.HasChunks;
        if (!task.HasChunks && (task.IsOver || !task.Group.IsOrdered))
        {
            task.Group.Line.Dequeue();
            task.IsListed = false;
        }

        if (isLast)
        {
            task.Group.Taken++;
            groups.Retire(task.Group);
        }

        return chunk;
    }

    /// <summary>The records of a chunk, which nobody else reads; null where it has none. Called without the lock.</summary>
    internal byte[]? Read(ResultChunk chunk) => chunk.Length == 0 ? null : chunk.Bytes ?? spill.Read(chunk.Place, chunk.Length);

    /// <summary>What a task has, and keeps. Each chunk is to be read once, without the lock.</summary>
    internal ResultChunk[] Look(PoolTask task)
    {
        var chunks = task.PeekChunks();
        foreach (var chunk in chunks)
        {
            if (chunk.Bytes is null)
            {
                spill.Hold(chunk.Place);
            }
        }

        return chunks;
    }

    internal void Discard(PoolTask task)
    {
        while (task.HasChunks)
        {
            Drop(TakeChunk(task));
        }
    }

    internal void Discard(TaskGroup group)
    {
        foreach (var task in group.Line)
        {
            Discard(task);
        }
    }

    /// <summary>A group begins to want workers: results of others that nobody has taken yet hold none of them any longer.</summary>
    internal void ForgiveOthers(TaskGroup group)
    {
        foreach (var other in groups.All)
        {
            if (other != group)
            {
                Forgive(other, null);
            }
        }
    }

    /// <summary>A worker goes elsewhere: what nobody has taken yet is not its debt there.</summary>
    internal void Forgive(WorkerSlot slot)
    {
        foreach (var group in groups.All)
        {
            Forgive(group, slot);
        }
    }

    internal string? TakeWarning()
    {
        var warning = _warning;
        _warning = warning is null ? null : string.Empty;
        return warning is { Length: > 0 } ? warning : null;
    }

    [Conditional("DEBUG")]
    internal void AssertInvariants() => Debug.Assert(_bufferedBytes >= 0, "what lies in memory is counted");

    private static void Forgive(TaskGroup group, WorkerSlot? slot)
    {
        foreach (var task in group.Line)
        {
            task.ChangeChunks(chunk =>
            {
                if (chunk.Lender is null || (slot is not null && chunk.Lender != slot))
                {
                    return chunk;
                }

                Settle(chunk);
                return chunk with { Lender = null };
            });
        }
    }

    private bool MayWait(PoolTask task) =>
        task.Group.IsKept || task.Options.RetryCount > 0 || task.Options.Timeout is not null || (task.Group.IsOrdered && task.Group.Line.Peek() != task)
            || groups.IsAnyOtherBusy(task.Group);

    private bool MayWaitOutside(WorkerSlot slot)
    {
        lock (gate)
        {
            return slot.Current is { } task && MayWait(task);
        }
    }

    /// <summary>Gives who has to wait until there is room; null where none may, for nobody takes what is kept.</summary>
    private WorkerSlot? WarnOfSpill(WorkerSlot slot, Exception error)
    {
        lock (gate)
        {
            _warning ??= $"Results that wait for those of an earlier item find no room in a temporary file: {error.Message} "
                + "Their tasks wait until the earlier item is done.";
            groups.Wake();
            return slot.Current is { Group.IsKept: true } or { Options.RetryCount: > 0 } ? null : slot;
        }
    }

    private ResultChunk TakeChunk(PoolTask task)
    {
        var chunk = task.TakeChunk();
        _bufferedBytes -= chunk.Bytes?.Length ?? 0;
        Settle(chunk);
        return chunk;
    }

    private static void Settle(ResultChunk chunk)
    {
        if (chunk.Lender is { } slot)
        {
            GiveCredit(slot, ResultCredit.CostOf(chunk.Length, isLast: false));
        }
    }

    private static void GiveCredit(WorkerSlot slot, int cost)
    {
        if (slot.Credit(cost) is var amount and > 0 && slot is { IsEnding: false, IsGone: false })
        {
            slot.Worker!.GiveCredit(amount);
        }
    }
}
