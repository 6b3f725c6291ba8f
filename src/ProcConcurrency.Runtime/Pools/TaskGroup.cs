namespace ProcConcurrency.Runtime.Pools;

/// <summary>How a group's results are handed on.</summary>
public enum ResultOrder
{
    /// <summary>One consumer takes them, in the order of the input.</summary>
    Input,

    /// <summary>One consumer takes them, as they are ready.</summary>
    Ready,

    /// <summary>Each task keeps its own, to be read as often as asked.</summary>
    Kept,
}

/// <summary>What a group of tasks is told apart by.</summary>
public sealed record TaskGroupSettings
{
    /// <summary>How results are handed on.</summary>
    public ResultOrder Order { get; init; }

    /// <summary>The most workers that are at its tasks at a time.</summary>
    public int MaxWorkers { get; init; } = int.MaxValue;

    /// <summary>Told, with nothing locked, when a task is over. On whichever thread ended it.</summary>
    public Action<PoolTask>? OnOver { get; init; }

    /// <summary>Told of each attempt's end. Called inside the pool's lock: it may not wait, nor call the pool.</summary>
    public Action<TaskAttempt>? OnAttempt { get; init; }

    /// <summary>Says, after a task has ended, whether the group goes on: given how many failed and how many are done, failed ones included.</summary>
    public Func<long, long, bool>? Halts { get; init; }

    /// <summary>Whether a halt ends what runs, too.</summary>
    public bool HaltsAtOnce { get; init; }

    /// <summary>Wakes its consumer, who takes from other groups, too; null where it has one of its own.</summary>
    public ResultSignal? Signal { get; init; }
}

/// <summary>
/// Tasks that belong together: one call's input, or all that was submitted to a pool. They go in at one end, by priority and in their
/// order; their results come out at the other, as <see cref="ResultOrder"/> says.
/// </summary>
/// <remarks>One thread adds and takes; the scheduler's lock guards all state.</remarks>
public sealed class TaskGroup
{
    // Each takes some hundred bytes, whatever its results do.
    private const int MostAhead = 50_000;

    private readonly Scheduler _scheduler;
    private readonly ResultSignal _signal;

    // Of the thread that takes: what it has taken along, so that it doesn't ask for the lock for each.
    private readonly Queue<TakenChunk> _taken = new();

    internal TaskGroup(Scheduler scheduler, TaskGroupSettings settings)
    {
        _scheduler = scheduler;
        Settings = settings;
        _signal = settings.Signal ?? new ResultSignal();
    }

    /// <summary>Whether enough tasks wait; the producer takes results until it is not.</summary>
    public bool IsFull => _scheduler.IsFull(this);

    /// <summary>Whether the input has ended and every result been taken.</summary>
    public bool IsDrained => _taken.Count == 0 && _scheduler.IsDrained(this);

    /// <summary>Whether the input has ended, so that the total is known.</summary>
    public bool HasAllInput { get; internal set; }

    /// <summary>Whether it takes no more tasks, because too many failed.</summary>
    public bool IsHalted { get; internal set; }

    /// <summary>The counts now.</summary>
    public PoolCounts Counts => _scheduler.CountsOf(this);

    internal TaskGroupSettings Settings { get; }

    internal TaskLine Waiting { get; } = new();

    /// <summary>Its unfinished tasks, whatever their state, where results have to be handed on in order; and those that have some, where not.</summary>
    internal Queue<PoolTask> Line { get; } = new();

    /// <summary>How many workers are at its tasks.</summary>
    internal int Workers { get; set; }

    internal long Accepted { get; set; }

    internal long Finished { get; set; }

    internal long Failed { get; set; }

    internal long Canceled { get; set; }

    internal long Taken { get; set; }

    /// <summary>Whether nobody will take results any more.</summary>
    internal bool IsAbandoned { get; set; }

    internal bool IsOrdered => Settings.Order == ResultOrder.Input;

    internal bool IsKept => Settings.Order == ResultOrder.Kept;

    /// <summary>
    /// Whether so many have been accepted whose results nobody has taken. Those that wait for the turn of an unfinished one before them
    /// don't count, but for a much larger number: no task waits for another's turn.
    /// </summary>
    internal bool IsAhead(long most)
    {
        var waitsForTurn = IsOrdered && Line.TryPeek(out var first) && !first.IsOver;
        return Accepted - (IsKept || waitsForTurn ? Finished : Taken) >= most || (!IsKept && Accepted - Taken >= Math.Max(most, MostAhead));
    }

    /// <summary>Puts one task in; never blocks on workers.</summary>
    /// <param name="definition">What it runs.</param>
    /// <param name="payload">Its encoded input; the pool keeps it.</param>
    /// <param name="tag">See <see cref="PoolTask.Tag"/>.</param>
    /// <param name="kept">What the payload mentions, and must live until it has been done; may be null.</param>
    /// <param name="options">How it is to be run; null for as usual.</param>
    /// <param name="onMade">Is given the task before any worker is; may be null.</param>
    /// <exception cref="InvalidOperationException">The pool takes no more tasks.</exception>
    public PoolTask Add(
        TaskDefinition definition, byte[] payload, object? tag, object? kept = null, TaskOptions? options = null, Action<PoolTask>? onMade = null)
    {
        var task = new PoolTask(this, definition, options ?? TaskOptions.Default, tag, payload, kept);
        onMade?.Invoke(task);
        _scheduler.Add(task);
        return task;
    }

    /// <summary>Says that no more tasks come.</summary>
    public void CompleteAdding() => _scheduler.CompleteAdding(this);

    /// <summary>Takes what is there to hand on: in input order the first unfinished task's, else anyone's.</summary>
    public bool TryTake(out PoolResult result)
    {
        if (_taken.Count == 0)
        {
            _scheduler.Take(this, _taken);
        }

        if (!_taken.TryDequeue(out var next))
        {
            result = default;
            return false;
        }

        try
        {
            result = new PoolResult(next.Task, _scheduler.Read(next.Chunk), next.IsLast);
        }
        catch (IOException error)
        {
            // That concerns the one task, and there are others.
            result = new PoolResult(next.Task, null, next.IsLast, error);
        }

        return true;
    }

    /// <summary>Calls all its tasks off: those that wait, and, where asked, those that run, whose workers are ended.</summary>
    public void Cancel(bool running) => _scheduler.Cancel(this, running, abandon: false);

    /// <summary>Ends it as its own <see cref="TaskGroupSettings.Halts"/> would.</summary>
    public void Halt() => _scheduler.Cancel(this, Settings.HaltsAtOnce, abandon: false, halt: true);

    /// <summary>Nobody will take results any more: calls everything off.</summary>
    public void Abandon() => _scheduler.Cancel(this, running: true, abandon: true);

    /// <summary>Waits until there may be something to take, or time is up.</summary>
    public void Wait(TimeSpan timeout)
    {
        var seen = _signal.Count;
        if (!_scheduler.HasNews(this))
        {
            _signal.Wait(seen, timeout);
        }
    }

    /// <summary>Wakes a thread in <see cref="Wait"/>.</summary>
    public void Wake() => _signal.Give();
}

/// <summary>Something of one task that was taken, and is not read yet.</summary>
/// <param name="Task">The task.</param>
/// <param name="Chunk">Its records.</param>
/// <param name="IsLast">Nothing more will come of this task.</param>
internal sealed record TakenChunk(PoolTask Task, ResultChunk Chunk, bool IsLast);

/// <summary>The counts of a group, or of a pool, at one moment.</summary>
/// <param name="Accepted">Tasks put in.</param>
/// <param name="Finished">Tasks that are over, failed and canceled ones included.</param>
/// <param name="Failed">Tasks that wrote an error, took too long, or whose worker died.</param>
/// <param name="Canceled">Tasks that were called off.</param>
/// <param name="Workers">Workers that live.</param>
public readonly record struct PoolCounts(long Accepted, long Finished, long Failed, long Canceled, int Workers);
