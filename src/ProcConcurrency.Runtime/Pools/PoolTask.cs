using System.Diagnostics;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>One task on its way through a pool. The scheduler's lock guards what changes; who reads without it sees some moment's value.</summary>
public sealed class PoolTask
{
    // Most tasks have one chunk; a queue each would be half of what a pool's look-ahead holds.
    private ResultChunk _first;
    private Queue<ResultChunk>? _more;
    private List<object>? _held;
    private List<WorkerCrash>? _crashes;
    private Earlier? _earlier;

    internal PoolTask(TaskGroup group, TaskDefinition definition, TaskOptions options, object? tag, byte[] payload, object? kept)
    {
        Group = group;
        Definition = definition;
        Options = options;
        Tag = tag;
        Payload = payload;
        Kept = kept;
    }

    /// <summary>Its number in its pool, from 0.</summary>
    public long Number { get; internal set; }

    /// <summary>Its place in its group's input, from 0.</summary>
    public long Index { get; internal set; }

    /// <summary>Whatever the producer wants to know it by.</summary>
    public object? Tag { get; }

    /// <summary>Where it is.</summary>
    public PoolTaskState State { get; internal set; }

    /// <summary>Why it did not end well.</summary>
    public PoolTaskCause Cause { get; internal set; }

    /// <summary>How often it was begun.</summary>
    public int Attempts { get; private set; }

    /// <summary>The process of its last attempt; 0 before there is one.</summary>
    public int ProcessId { get; private set; }

    /// <summary>The machine of its last attempt; null for this one.</summary>
    public string? HostName { get; private set; }

    /// <summary>How its workers died, those of earlier attempts first.</summary>
    public IReadOnlyList<WorkerCrash> Crashes => _crashes ?? [];

    /// <summary>Whether it has ended, one way or another.</summary>
    public bool IsOver => State >= PoolTaskState.Done;

    /// <summary>When its last attempt began; null before there is one.</summary>
    public DateTime? StartedUtc => StartedAt == 0 ? null : DateTime.UtcNow - Stopwatch.GetElapsedTime(StartedAt);

    /// <summary>How long its last attempt took, or has taken so far.</summary>
    public TimeSpan Duration => StartedAt == 0 ? TimeSpan.Zero : EndedAt == 0 ? Stopwatch.GetElapsedTime(StartedAt) : Stopwatch.GetElapsedTime(StartedAt, EndedAt);

    /// <summary>How long an attempt may run; null for any time.</summary>
    public TimeSpan? TimeLimit => Options.Timeout;

    /// <summary>Why a worker could not set up what it was to run, encoded; null where none failed to.</summary>
    public byte[]? DefinitionFailure => Definition.Failure;

    internal TaskGroup Group { get; }

    internal TaskDefinition Definition { get; }

    internal TaskOptions Options { get; }

    /// <summary>The encoded input, kept until a worker has finished it: another may have to take it over.</summary>
    internal byte[] Payload { get; private set; }

    /// <summary>What the payload mentions, and must live as long.</summary>
    internal object? Kept { get; private set; }

    internal long StartedAt { get; set; }

    internal long EndedAt { get; set; }

    /// <summary>The worker that has it; null where none has.</summary>
    internal WorkerSlot? Slot { get; set; }

    /// <summary>Why it is to be ended where it runs; None while it isn't.</summary>
    internal PoolTaskCause Condemned { get; set; }

    /// <summary>Whether the scheduler has it.</summary>
    internal bool IsAdded { get; set; }

    /// <summary>Whether it is not to be begun any more: where it turns out to run, this attempt is its last.</summary>
    internal bool IsCalledOff { get; set; }

    /// <summary>Whether something that this attempt wrote has been handed on, so that another attempt would repeat it.</summary>
    internal bool WasHandedOn { get; set; }

    /// <summary>Whether nobody will read its results.</summary>
    internal bool IsForgotten { get; set; }

    /// <summary>Whether it waits for the time of its next attempt.</summary>
    internal bool IsDelayed { get; set; }

    /// <summary>Whether it stands in its group's queue of tasks that have something to take.</summary>
    internal bool IsListed { get; set; }

    internal bool HasChunks => _first.Length > 0;

    /// <summary>Whether what is to be taken first lies in a temporary file.</summary>
    internal bool HasSpilled => HasChunks && _first.Bytes is null;

    /// <summary>Whether there is something to hand on. What an attempt writes that may be repeated waits for its end.</summary>
    internal bool CanBeTaken => IsOver || (HasChunks && Options.RetryCount == 0);

    /// <summary>A worker begins with it, as far as anybody knows.</summary>
    internal void Begin(ITaskWorker worker, long now)
    {
        _earlier = Attempts == 0 ? null : new Earlier(ProcessId, HostName, StartedAt, EndedAt);
        State = PoolTaskState.Running;
        Attempts++;
        (ProcessId, HostName, StartedAt, EndedAt) = (worker.ProcessId, worker.HostName, now, 0);
    }

    /// <summary>The worker has not begun with it after all.</summary>
    internal void TakeBegunBack()
    {
        Attempts--;
        (ProcessId, HostName, StartedAt, EndedAt) = _earlier is { } earlier
            ? (earlier.ProcessId, earlier.HostName, earlier.StartedAt, earlier.EndedAt)
            : (0, null, 0, 0);
    }

    /// <summary>The task has records that mention objects: these live as long as it is there, however late its records are taken.</summary>
    internal void Hold(object? held)
    {
        if (held is not null)
        {
            (_held ??= []).Add(held);
        }
    }

    internal void Add(ResultChunk chunk)
    {
        if (!HasChunks)
        {
            _first = chunk;
        }
        else
        {
            (_more ??= new()).Enqueue(chunk);
        }
    }

    internal ResultChunk TakeChunk()
    {
        var chunk = _first;
        _first = _more is not null && _more.TryDequeue(out var next) ? next : default;
        return chunk;
    }

    /// <summary>All that waits, in its order.</summary>
    internal ResultChunk[] PeekChunks() => !HasChunks ? [] : _more is null ? [_first] : [_first, .. _more];

    /// <summary>The first that it wrote, as far as that lies in memory: nothing where some of it has been handed on.</summary>
    internal IReadOnlyList<byte[]> PeekRecords() =>
        WasHandedOn ? [] : [.. PeekChunks().TakeWhile(static chunk => chunk.Bytes is not null).Select(static chunk => chunk.Bytes!)];

    /// <summary>Gives the chunks that wait a new form, in their order.</summary>
    internal void ChangeChunks(Func<ResultChunk, ResultChunk> change)
    {
        if (!HasChunks)
        {
            return;
        }

        _first = change(_first);
        _more = _more is null ? null : new Queue<ResultChunk>(_more.Select(change));
    }

    internal void Add(WorkerCrash crash) => (_crashes ??= []).Add(crash);

    internal void End(PoolTaskState state)
    {
        State = state;
        Payload = [];
        Kept = null;
        _earlier = null;
    }

    /// <summary>What is known of the attempt before the one that is under way.</summary>
    private sealed record Earlier(int ProcessId, string? HostName, long StartedAt, long EndedAt);
}

/// <summary>A worker died while it ran a task.</summary>
/// <param name="ProcessId">Its process id.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Output">The last that it wrote to its standard output and error.</param>
/// <param name="HostName">The machine that it ran on; null for this one.</param>
/// <param name="HostLoss">Why that can't be reached any more; null where it can, and the worker itself died.</param>
public sealed record WorkerCrash(int ProcessId, ExitStatus Status, string Output, string? HostName = null, string? HostLoss = null);

/// <summary>Something of one task to hand on: records, its end, or both.</summary>
/// <param name="Task">The task.</param>
/// <param name="Records">Encoded records, or null.</param>
/// <param name="IsLast">Nothing more will come of this task.</param>
/// <param name="Loss">Why the records are lost, which lay in a temporary file; null where they are not.</param>
public readonly record struct PoolResult(PoolTask Task, byte[]? Records, bool IsLast, IOException? Loss = null);

/// <summary>One attempt at a task, that has ended.</summary>
/// <param name="Task">The task.</param>
/// <param name="Attempt">Which attempt, from 1.</param>
/// <param name="State">How it ended.</param>
/// <param name="Cause">Why not well.</param>
/// <param name="ProcessId">The worker's process.</param>
/// <param name="StartedAt">When it began, a timestamp of <see cref="Stopwatch"/>.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Crash">How its worker died; else null.</param>
/// <param name="Records">The first that it wrote, where it wrote an error: as far as that is in memory, and nothing where somebody has taken from it.</param>
public sealed record TaskAttempt(
    PoolTask Task, int Attempt, PoolTaskState State, PoolTaskCause Cause, int ProcessId, long StartedAt, TimeSpan Duration, WorkerCrash? Crash,
    IReadOnlyList<byte[]> Records);
