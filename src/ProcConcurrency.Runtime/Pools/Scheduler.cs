namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Who does what, and when: the state of a pool's tasks and workers, and every decision about them. It knows neither processes nor threads
/// nor PowerShell; whoever calls it brings the events, and it tells workers by <see cref="ITaskWorker"/> what to do. What its users ask of
/// it is here; the decisions are behind:
/// <code>
/// Add -> a group's line -> a worker's batch -> Running -> its results -> TryTake, or kept in the task
///          ^                  |                  |
///          +-- given back ----+                  +-- failed or lost: again, or over
///
/// WorkerEvents  what workers say              WorkGiver       who gets what waits
/// OpenGroups    which groups have tasks       WorkerRoster    which workers there are, idle ones, those to come and to go
/// TaskEnds      how a task ends, or is tried again            ResultStore   what tasks wrote, until it is taken
/// </code>
/// </summary>
/// <remarks>
/// Thread-safe: one lock guards everything here, in all of those, in groups, tasks and slots. Nothing waits under it. What changes
/// something is a <see cref="SchedulerStep"/>.
/// </remarks>
internal sealed class Scheduler
{
    private readonly object _gate = new();
    private readonly SchedulerClock _clock;
    private readonly OpenGroups _groups = new();
    private readonly WorkerRoster _roster;
    private readonly ResultStore _results;
    private readonly TaskEnds _ends;
    private readonly WorkGiver _work;
    private readonly WorkerEvents _events;
    private long _nextNumber;

    internal Scheduler(SchedulerSettings settings, SpillFile spill)
    {
        _clock = new SchedulerClock(settings);
        _roster = new WorkerRoster(settings, _clock, _groups);
        _results = new ResultStore(settings, spill, _groups, _gate);
        _ends = new TaskEnds(settings, _clock, _groups, _roster, _results, _gate);
        _work = new WorkGiver(settings, _clock, _groups, _roster, _results, _ends, _gate);
        _events = new WorkerEvents(settings, _groups, _roster, _results, _ends, _work);
    }

    /// <summary>Why the pool can't go on: its workers don't start or their initialization fails. Null while all is well.</summary>
    internal PoolFailure? Failure => _ends.Failure;

    /// <summary>Whether it takes no more tasks.</summary>
    internal bool IsClosed => _ends.IsClosed;

    /// <summary>Whether it starts nothing any more.</summary>
    internal bool IsEnded => _ends.IsEnded;

    /// <summary>What results lie in memory, in bytes.</summary>
    internal long BufferedBytes => _results.BufferedBytes;

    internal int Size
    {
        get => _roster.Size;
        set
        {
            using var step = _work.Begin();
            _roster.Resize(value);
            foreach (var slot in _roster.Idle)
            {
                _roster.Leave(slot);
                _work.Assign(slot);
            }

            _work.Proceed();
            _groups.Wake();
        }
    }

    internal int MinSize
    {
        get => _roster.MinSize;
        set
        {
            using var step = _work.Begin();
            _roster.KeepAtLeast(value);
            _work.Proceed();
        }
    }

    /// <summary>Whether every task that was ever added is over.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _ends.Count == _nextNumber;
            }
        }
    }

    /// <summary>Whether another worker is wanted.</summary>
    internal bool WantsMore
    {
        get
        {
            lock (_gate)
            {
                return _work.WantsWorker;
            }
        }
    }

    internal PoolPicture Picture
    {
        get
        {
            lock (_gate)
            {
                return new PoolPicture(
                    _groups.All.Sum(static group => (long)group.Waiting.Count) + _ends.Delayed.Count,
                    _roster.RunningCount,
                    _nextNumber,
                    _ends.Count,
                    [.. _roster.All.Select(static slot => new WorkerPicture(slot.Worker?.ProcessId ?? 0, slot.State, slot.DoneCount, slot.Current, slot.Worker?.HostName))]);
            }
        }
    }

    internal void Open(TaskGroup group)
    {
        using var step = _work.Begin();
        _groups.Add(group);
    }

    /// <summary>No more tasks are taken.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _ends.IsClosed = true;
        }
    }

    /// <exception cref="InvalidOperationException">The pool is closed, or its group said that no more come.</exception>
    internal void Add(PoolTask task)
    {
        using var step = _work.Begin();
        var group = task.Group;
        if (IsClosed || IsEnded || (group.HasAllInput && !group.IsAbandoned))
        {
            // Who knows it already may still call it off, and it counts nowhere.
            task.End(PoolTaskState.Canceled);
            throw new InvalidOperationException("The pool takes no more tasks.");
        }

        if (group.Accepted == group.Finished)
        {
            _results.ForgiveOthers(group);
        }

        task.IsAdded = true;
        task.Number = _nextNumber++;
        task.Index = group.Accepted++;
        if (group.IsOrdered)
        {
            group.Line.Enqueue(task);
        }

        var cause = _ends.WhyNot(task);
        if (cause == PoolTaskCause.None)
        {
            group.Waiting.Add(task);
            _work.Proceed();
        }
        else
        {
            _ends.Finish(task, cause == PoolTaskCause.Pool ? PoolTaskState.Failed : PoolTaskState.Canceled, cause);
        }
    }

    internal void CompleteAdding(TaskGroup group)
    {
        using var step = _work.Begin();
        group.HasAllInput = true;
        group.Wake();
        _groups.Retire(group);
    }

    internal bool IsFull(TaskGroup group)
    {
        lock (_gate)
        {
            var workers = Math.Min(_roster.Size, group.Settings.MaxWorkers);
            var enough = workers * Math.Max(2, group.Waiting.Head?.Definition.Sizer.Size ?? 1);
            return group.Waiting.Count >= enough
                || group.IsAhead((4 * enough) + 64)
                || (group.Waiting.Count >= workers && _results.IsFullWith(group.Waiting.Bytes));
        }
    }

    internal bool IsDrained(TaskGroup group)
    {
        lock (_gate)
        {
            return group.HasAllInput && group.Accepted == group.Taken;
        }
    }

    internal PoolCounts CountsOf(TaskGroup group)
    {
        lock (_gate)
        {
            return new PoolCounts(group.Accepted, group.Finished, group.Failed, group.Canceled, _roster.All.Count);
        }
    }

    internal bool HasNews(TaskGroup group)
    {
        lock (_gate)
        {
            return IsEnded || (group.HasAllInput && group.Accepted == group.Taken)
                || ResultStore.Peek(group) is not null;
        }
    }

    /// <summary>
    /// Takes what is there to hand on, up to an amount that costs no memory to speak of; what lies on the disk one at a time, for who
    /// takes it has to read it.
    /// </summary>
    internal void Take(TaskGroup group, Queue<TakenChunk> into)
    {
        const int MostBytes = 32 * 1024;
        const int Most = 256;
        var bytes = 0;
        lock (_gate)
        {
            while (into.Count < Most && bytes < MostBytes && ResultStore.Peek(group) is { } task && (into.Count == 0 || !task.HasSpilled))
            {
                var chunk = _results.Take(task, out var isLast);
                bytes += chunk.Length;
                into.Enqueue(new TakenChunk(task, chunk, isLast));
            }
        }
    }

    /// <summary>The records of a chunk that was taken; null where it has none.</summary>
    internal byte[]? Read(ResultChunk chunk) => _results.Read(chunk);

    /// <summary>What a task that keeps its results has: all of it, as often as asked.</summary>
    /// <exception cref="IOException">What lies in a temporary file can't be read back.</exception>
    internal byte[][] ReadKept(PoolTask task)
    {
        ResultChunk[] chunks;
        lock (_gate)
        {
            chunks = _results.Look(task);
        }

        return Array.ConvertAll(chunks, chunk => _results.Read(chunk)!);
    }

    /// <summary>Nobody will read a task's results any more.</summary>
    internal void Forget(PoolTask task)
    {
        using var step = _work.Begin();
        task.IsForgotten = true;
        _results.Discard(task);
    }

    /// <summary>Takes what the user should know, once: that there is no room for results that wait; null where all is well.</summary>
    internal string? TakeWarning()
    {
        lock (_gate)
        {
            return _results.TakeWarning();
        }
    }

    /// <summary>Calls a task off: it is over at once where it waits, and when its worker has been ended where it runs.</summary>
    internal void Cancel(PoolTask task)
    {
        using var step = _work.Begin();
        _ends.Cancel(task, running: true);
        _work.Proceed();
    }

    internal void Cancel(TaskGroup group, bool running, bool abandon, bool halt = false)
    {
        using var step = _work.Begin();
        group.IsHalted |= halt;
        group.IsAbandoned |= abandon;
        group.HasAllInput |= abandon;
        _ends.Cancel(group, running);
        if (abandon)
        {
            _results.Discard(group);
            _groups.Retire(group);
        }

        _work.Proceed();
    }

    /// <summary>Starts nothing any more: what waits is canceled. Gives the workers: those that are at something, and the others.</summary>
    internal (List<ITaskWorker> Busy, List<ITaskWorker> Others) End()
    {
        using var step = _work.Begin();
        var workers = _roster.Workers;
        _ends.End();
        return workers;
    }

    /// <summary>Takes an idle worker away, whoever wants it: it belongs to no slot any more, and none is started for it.</summary>
    internal ITaskWorker? Detach()
    {
        using var step = _work.Begin();
        return _work.Detach();
    }

    /// <summary>A slot for one more worker; null where none is wanted.</summary>
    internal WorkerSlot? NextSlot()
    {
        using var step = _work.Begin();
        return !_work.WantsWorker ? null : _roster.Add(new WorkerSlot(_events));
    }

    /// <summary>A worker could not be started. What may pass is tried again after a pause.</summary>
    internal void FailStart(WorkerSlot? slot, Exception error, bool mayPass = false)
    {
        using var step = _work.Begin();
        if (slot is not null)
        {
            _roster.Remove(slot);
        }

        if (!mayPass || _roster.Pause.Begin(_roster.HasProcess))
        {
            _ends.Fail(new PoolFailure(Error: error));
        }

        _work.Proceed();
    }

    /// <summary>Looks after what time brings: limits, retries, slow and idle workers. Called when the alarm that was set is due.</summary>
    internal void Tick()
    {
        using var step = _work.Begin();
        _clock.Clear();
        var now = _clock.Now;
        _ends.Delayed.Release(now);
        _roster.Pause.Look(now);
        foreach (var slot in _roster.All)
        {
            _work.LookAtBegin(slot, now);
            _work.LookAtLimit(slot, now);
            _roster.LookAfter(slot, now);
        }

        _work.Proceed();
    }
}
