using System.Diagnostics;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>What a scheduler asks of a worker. No call waits, and one that is gone takes it in silence: its end is told all the same.</summary>
public interface ITaskWorker
{
    /// <summary>The operating system's id of its process.</summary>
    int ProcessId { get; }

    /// <summary>Gives it tasks of one definition, which it does in their order.</summary>
    void Send(TaskDefinition definition, IReadOnlyList<PoolTask> batch);

    /// <summary>Asks for what it has not begun.</summary>
    void Recall();

    /// <summary>So many bytes of its results count no more.</summary>
    void GiveCredit(int amount);

    /// <summary>It has nothing to do: it is to end itself.</summary>
    void End();

    /// <summary>Ends it at once, and all below it.</summary>
    void Kill();
}

/// <summary>
/// A scheduler's page about one of its workers. The worker does the tasks of its batch in their order and says after each that it is
/// done, so the first unfinished one is the one it was at when it died.
/// </summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class WorkerSlot(Scheduler scheduler) : IWorkerOwner
{
    private int _credit;

    /// <summary>The worker; null while its process is being started.</summary>
    internal ITaskWorker? Worker { get; set; }

    internal List<PoolTask> Batch { get; } = [];

    internal int Next { get; private set; }

    /// <summary>How many tasks the batch had.</summary>
    internal int BatchCount { get; private set; }

    internal long SentAt { get; private set; }

    /// <summary>Whether it has come up.</summary>
    internal bool IsOpen { get; set; }

    /// <summary>Since when it has nothing to do; null while it has, or comes up.</summary>
    internal long? IdleSince { get; set; }

    /// <summary>Whether it has said that it is at its batch.</summary>
    internal bool HasBegun { get; private set; }

    /// <summary>Whether it was asked to give back what it has not begun, and has not done so yet; since when.</summary>
    internal long? RecalledAt { get; set; }

    /// <summary>Whether it was asked so for this batch.</summary>
    internal bool WasRecalled { get; set; }

    /// <summary>Whether it takes no more tasks: it is to be replaced, or is one too many.</summary>
    internal bool IsRetiring { get; set; }

    /// <summary>Whether it was killed, or told to end.</summary>
    internal bool IsEnding { get; set; }

    /// <summary>How many tasks it has done.</summary>
    internal int DoneCount { get; private set; }

    /// <summary>The memory that it said it uses, in bytes.</summary>
    internal long Memory { get; set; }

    /// <summary>What it is at, in a word.</summary>
    internal string State => IsEnding ? "Ending" : !IsOpen ? "Starting" : Batch.Count > 0 ? "Busy" : "Idle";

    internal PoolTask? Current => Next < Batch.Count ? Batch[Next] : null;

    internal bool CanRecall => !WasRecalled && HasBegun && Batch.Count - Next > 1;

    internal void BeginBatch(long now)
    {
        BatchCount = Batch.Count;
        SentAt = now;
        WasRecalled = false;
        HasBegun = false;
        IdleSince = null;
    }

    internal void Begin() => HasBegun = true;

    /// <summary>The current task is done; true when the batch is.</summary>
    internal bool Advance()
    {
        DoneCount++;
        Next++;
        return ClearWhereDone();
    }

    /// <summary>Takes the last tasks of the batch away, at most those that are unfinished.</summary>
    internal List<PoolTask> TakeBack(int count)
    {
        count = Math.Clamp(count, 0, Batch.Count - Next);
        var tasks = Batch.GetRange(Batch.Count - count, count);
        Batch.RemoveRange(Batch.Count - count, count);
        ClearWhereDone();
        return tasks;
    }

    /// <summary>Some results were taken, or need no credit: gives what the worker is to be told now.</summary>
    internal int Credit(int cost)
    {
        _credit += cost;
        if (_credit < ResultCredit.Portion)
        {
            return 0;
        }

        var amount = _credit;
        _credit = 0;
        return amount;
    }

    void IWorkerOwner.OnOpened() => scheduler.OnOpened(this);

    void IWorkerOwner.OnRefused(byte[] reason) => scheduler.OnRefused(this, reason);

    void IWorkerOwner.OnBegun() => scheduler.OnBegun(this);

    void IWorkerOwner.OnMemory(long bytes) => Memory = bytes;

    void IWorkerOwner.OnResults(long number, ReadOnlySpan<byte> records, bool isLast, bool failed, object? held) =>
        scheduler.OnResults(this, number, records, isLast, failed, held);

    void IWorkerOwner.OnReturned(int count) => scheduler.OnReturned(this, count);

    void IWorkerOwner.OnDefinitionRefused(int definition, byte[] reason) => scheduler.OnDefinitionRefused(this, definition, reason);

    void IWorkerOwner.OnOutput(string line) => scheduler.OnOutput(line);

    void IWorkerOwner.OnExited(WorkerCrash crash) => scheduler.OnExited(this, crash);

    private bool ClearWhereDone()
    {
        if (Next < Batch.Count)
        {
            return false;
        }

        Batch.Clear();
        Next = 0;
        return true;
    }
}
