using System.Diagnostics;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>What a scheduler asks of a worker. No call waits, and one that is gone takes it in silence: its end is told all the same.</summary>
internal interface ITaskWorker
{
    /// <summary>The operating system's id of its process.</summary>
    int ProcessId { get; }

    /// <summary>The machine that it runs on; null for this one.</summary>
    string? HostName => null;

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
/// What a scheduler knows of one of its workers. The worker does the tasks of its batch in their order and says after each that it is
/// done, so the first unfinished one is the one it was at when it died.
/// </summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class WorkerSlot(WorkerEvents events) : IWorkerOwner
{
    private int _credit;
    private int _recalls;

    /// <summary>The worker; null while its process is being started.</summary>
    internal ITaskWorker? Worker { get; set; }

    internal List<PoolTask> Batch { get; } = [];

    internal int Next { get; private set; }

    /// <summary>How many tasks the batch has, done ones included.</summary>
    internal int BatchCount { get; private set; }

    internal long SentAt { get; private set; }

    /// <summary>Whether it has come up. The roster sets it, and what follows, for it counts them.</summary>
    internal bool IsOpen { get; set; }

    /// <summary>Since when it has nothing to do; null while it has, or comes up.</summary>
    internal long? IdleSince { get; set; }

    /// <summary>Whether it takes no more tasks: it is to be replaced, or is one too many.</summary>
    internal bool IsRetiring { get; set; }

    /// <summary>Whether it was killed, or told to end.</summary>
    internal bool IsEnding { get; set; }

    /// <summary>Whether its process has ended. What it wrote may still lie untaken, and it is not to be told when that is taken.</summary>
    internal bool IsGone { get; set; }

    /// <summary>Whether it has said that it is at its batch.</summary>
    internal bool HasBegun { get; private set; }

    /// <summary>Whether it has not begun with its batch in time: it hangs, or has been stopped, and others are to do it.</summary>
    internal bool IsLate { get; set; }

    /// <summary>Whether it was asked to give back what it has not begun of this batch, and has not answered yet; since when.</summary>
    internal long? RecalledAt { get; private set; }

    /// <summary>Whether it was asked so for this batch.</summary>
    internal bool WasRecalled { get; private set; }

    /// <summary>How many tasks it has done, also for pools before this one.</summary>
    internal int DoneCount { get; private set; }

    /// <summary>The memory that it said it uses, in bytes.</summary>
    internal long Memory { get; set; }

    /// <summary>What it is at, in a word.</summary>
    internal string State => IsEnding ? "Ending" : !IsOpen ? "Starting" : Batch.Count > 0 ? "Busy" : "Idle";

    internal PoolTask? Current => Next < Batch.Count ? Batch[Next] : null;

    /// <summary>How many tasks of its batch are not over.</summary>
    internal int Left => Batch.Count - Next;

    internal bool CanRecall => !WasRecalled && HasBegun && Left > 1;

    /// <summary>Whether the task that it is at is to be ended.</summary>
    internal bool IsAtCondemned => Current is { Condemned: not PoolTaskCause.None };

    /// <summary>How long it may take to begin with its batch: only where the first task has a time limit, for others may hang for ever.</summary>
    internal TimeSpan? BeginLimit => HasBegun || IsLate || Current is not { Options.Timeout: { } limit, Definition.Patience: var patience } ? null
        : limit > patience ? limit : patience;

    /// <summary>It was another pool's before, and what it did there counts.</summary>
    internal void Adopt(PoolWorker worker)
    {
        Worker = worker;
        DoneCount = worker.DoneCount;
    }

    internal void Take(PoolTask task)
    {
        task.State = PoolTaskState.Sent;
        task.Slot = this;
        Batch.Add(task);
    }

    internal void BeginBatch(long now)
    {
        BatchCount = Batch.Count;
        SentAt = now;
        RecalledAt = null;
        WasRecalled = false;
        HasBegun = false;
    }

    internal void Begin()
    {
        HasBegun = true;
        IsLate = false;
    }

    /// <summary>It is asked for what it has not begun. True where it has to be told: it has not been asked yet, or has answered.</summary>
    internal bool Recall(long now)
    {
        WasRecalled = true;
        if (RecalledAt is not null)
        {
            return false;
        }

        RecalledAt = now;
        _recalls++;
        return true;
    }

    /// <summary>Where it has not answered a recall: the time that it has to do so begins now.</summary>
    internal void WaitAnew(long now) => RecalledAt = RecalledAt is null ? null : now;

    /// <summary>
    /// It has answered a recall. False where that was of an earlier batch, which it had done meanwhile: the answer to the one of this
    /// batch is still to come.
    /// </summary>
    internal bool Answer()
    {
        _recalls = Math.Max(0, _recalls - 1);
        if (_recalls > 0 || RecalledAt is null)
        {
            return false;
        }

        RecalledAt = null;
        return true;
    }

    /// <summary>The current task is done; true when the batch is.</summary>
    internal bool Advance()
    {
        Batch[Next].Slot = null;
        DoneCount++;
        Next++;
        return ClearWhereDone();
    }

    /// <summary>Takes the last tasks of the batch away, at most those that are unfinished.</summary>
    internal List<PoolTask> TakeBack(int count)
    {
        count = Math.Clamp(count, 0, Left);
        var tasks = Batch.GetRange(Batch.Count - count, count);
        Batch.RemoveRange(Batch.Count - count, count);
        BatchCount -= count;
        tasks.ForEach(static task => task.Slot = null);
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

    /// <summary>Its process could not be started where it was to be.</summary>
    internal void OnNotStarted() => events.OnNotStarted(this);

    void IWorkerOwner.OnOpened() => events.OnOpened(this);

    void IWorkerOwner.OnRefused(byte[] reason) => events.OnRefused(this, reason);

    void IWorkerOwner.OnBegun() => events.OnBegun(this);

    void IWorkerOwner.OnResults(long number, ReadOnlySpan<byte> records, bool isLast, bool failed, object? held, long? memory) =>
        events.OnResults(this, number, records, isLast, failed, held, memory);

    void IWorkerOwner.OnReturned(int count, bool wasAsked) => events.OnReturned(this, count, wasAsked);

    void IWorkerOwner.OnDefinitionRefused(int definition, byte[] reason) => events.OnDefinitionRefused(this, definition, reason);

    void IWorkerOwner.OnExited(WorkerCrash crash) => events.OnExited(this, crash);

    private bool ClearWhereDone()
    {
        if (Next < Batch.Count)
        {
            return false;
        }

        Batch.Clear();
        Next = 0;
        IsLate = false;
        return true;
    }
}
