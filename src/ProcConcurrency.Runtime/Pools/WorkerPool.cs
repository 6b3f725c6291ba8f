using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Worker processes that do tasks and are replaced when they die:
/// <code>
/// TaskGroup.Add -> Scheduler -> PoolWorker -> [its process] -> PoolWorker -> Scheduler -> TaskGroup.TryTake
///                     |   ^
///     WorkerStarter ..+   +.. a timer: limits, retries, idle workers
/// </code>
/// The pool sees encoded bytes only. A group's consumer takes a bounded number of tasks ahead of what was taken from it
/// (<see cref="TaskGroup.IsFull"/>). A worker whose results nobody takes gets no more credit (<see cref="ResultCredit"/>) and waits; one
/// whose results only wait for their turn goes on, and they lie in memory up to a bound, beyond it in a <see cref="SpillFile"/>.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class WorkerPool : IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly WorkerSource _source;
    private readonly Scheduler _scheduler;
    private readonly WorkerStarter _starter;
    private readonly SpillFile _spill;
    private readonly BackgroundTimer _timer;

    /// <summary>Makes a pool and begins to start the workers that it is to have at least.</summary>
    /// <param name="settings">Its size and its rules.</param>
    /// <param name="source">Where its workers come from.</param>
    public WorkerPool(PoolSettings settings, WorkerSource source)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Size, 1);
        _source = source;
        _spill = new SpillFile(settings.SpillFolder ?? Path.GetTempPath());
        var maxTasks = settings.MaxTasksPerWorker ?? int.MaxValue;
        _starter = new WorkerStarter(source, maxTasks, settings.OnOutput);
        _timer = Background.Timer("pool", OnTimer);
        _scheduler = new Scheduler(
            new SchedulerSettings
            {
                Size = settings.Size,
                MinSize = Math.Min(settings.MinSize, settings.Size),
                MaxTasksPerWorker = maxTasks,
                MaxWorkerMemory = settings.MaxWorkerMemory,
                IdleTimeout = settings.IdleTimeout,
                OnWanted = _starter.Rouse,
                OnAlarm = SetTimer,
                OnAttempt = settings.OnAttempt,
                OnLastTasks = settings.OnLastTasks,
                KeepsPlaces = source.KeepsPlaces,
                OnRefused = source.OnRefused,
                OnSick = source.OnSick,
            },
            _spill);
        _starter.Scheduler = _scheduler;
        if (settings.MinSize > 0)
        {
            _starter.Rouse();
        }
    }

    /// <summary>Why the pool can't go on: its workers don't start or their initialization fails. Null while all is well.</summary>
    public PoolFailure? Failure => _scheduler.Failure;

    /// <summary>The most workers at a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int Size
    {
        get => _scheduler.Size;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _scheduler.Size = value;
        }
    }

    /// <summary>How many workers are started at once, and stay though they have nothing to do.</summary>
    public int MinSize
    {
        get => _scheduler.MinSize;
        set => _scheduler.MinSize = value;
    }

    /// <summary>Whether it takes no more tasks.</summary>
    public bool IsClosed => _scheduler.IsClosed;

    /// <summary>Whether it was ended.</summary>
    public bool IsEnded => _scheduler.IsEnded;

    /// <summary>Whether it takes tasks: it has been neither closed nor ended, though its workers may have failed.</summary>
    public bool IsOpen => !IsClosed && !IsEnded;

    /// <summary>Whether every task that was ever added is over.</summary>
    public bool IsIdle => _scheduler.IsIdle;

    /// <summary>How many tasks wait, how many run, and what each worker is at.</summary>
    public PoolPicture Picture => _scheduler.Picture;

    /// <summary>Begins a group of tasks.</summary>
    public TaskGroup Open(TaskGroupSettings settings)
    {
        var group = new TaskGroup(_scheduler, settings);
        _scheduler.Open(group);
        return group;
    }

    /// <summary>Calls a task off: it is over at once where it waits, and when its worker has been ended where it runs.</summary>
    public void Cancel(PoolTask task) => _scheduler.Cancel(task);

    /// <summary>What a task that keeps its results has written so far: all of it, as often as asked.</summary>
    /// <exception cref="IOException">What lies in a temporary file can't be read back.</exception>
    public IReadOnlyList<byte[]> ReadKept(PoolTask task) => _scheduler.ReadKept(task);

    /// <summary>Nobody will read a task's results any more.</summary>
    public void Forget(PoolTask task) => _scheduler.Forget(task);

    /// <summary>Takes what the user should know, once: that there is no room for results that wait; null where all is well.</summary>
    public string? TakeWarning() => _scheduler.TakeWarning();

    /// <summary>No more tasks are taken; those that are there go on.</summary>
    public void Close() => _scheduler.Close();

    /// <summary>Lets the idle workers end themselves, kills the busy ones, and returns when all are gone.</summary>
    public void Dispose() => Dispose(keepsWorkers: false);

    /// <summary>As <see cref="Dispose()"/>, but workers that have nothing to do go where the source keeps them for the next pool.</summary>
    public void Dispose(bool keepsWorkers)
    {
        if (keepsWorkers && _source.Keeper is { } keeper)
        {
            // First, so that none is started in the place of those that go.
            _scheduler.End();
            Rest(keeper);
        }

        AwaitEnd(EndWorkers());
        Release();
    }

    /// <summary>
    /// Begins as <see cref="Dispose()"/> and waits for no worker, which is left to <see cref="DisposeAll"/>. Where there is none, it is disposed: a machine
    /// that is still connected to is left.
    /// </summary>
    public void BeginDispose()
    {
        if (EndWorkers().TrueForAll(static worker => worker.Link is null))
        {
            Release();
        }
    }

    /// <summary>As <see cref="Dispose()"/> of each, but all of their workers end side by side, and those that hang take no longer than one.</summary>
    public static void DisposeAll(IReadOnlyCollection<WorkerPool> pools)
    {
        AwaitEnd([.. pools.SelectMany(static pool => pool.EndWorkers())]);
        foreach (var pool in pools)
        {
            pool.Release();
        }
    }

    /// <summary>
    /// Lets the idle workers end themselves, kills the busy ones, and starts no more. For who stops the pool's user from outside:
    /// that one's thread may be stuck in a call that nothing ends, and never come to <see cref="Dispose()"/>.
    /// </summary>
    public void Abort() => EndWorkers();

    private static void AwaitEnd(List<PoolWorker> workers)
    {
        var end = new Deadline(s_grace);
        var links = workers.Select(static worker => worker.Link).OfType<IChildLink>().ToList();

        // All of them together: those of a machine that hangs each take all the time that there is.
        ChildLink.End(links.Where(link => !link.Ended.Wait(end.Left)), force: true);
        links.ForEach(static link => link.Ended.Wait());
    }

    private void Release()
    {
        _source.Dispose();
        _timer.Dispose();
        _spill.Dispose();
    }

    private List<PoolWorker> EndWorkers()
    {
        // The starter may be about to start one more.
        _scheduler.End();
        _starter.Dispose();
        var (busy, others) = _scheduler.End();
        others.ForEach(static worker => worker.End());
        ChildLink.End(busy.Select(static worker => ((PoolWorker)worker).Link).OfType<IChildLink>(), force: true);
        return [.. busy.Concat(others).Cast<PoolWorker>()];
    }

    /// <summary>Hands on workers that have nothing to do, once all that they wrote to their output is here.</summary>
    private void Rest(WorkerKeeper keeper)
    {
        var resting = new List<(PoolWorker Worker, Task Rested)>();
        while ((PoolWorker?)_scheduler.Detach() is { } worker)
        {
            resting.Add((worker, worker.Rest()));
        }

        var end = new Deadline(s_grace);
        var rested = new List<PoolWorker>();
        foreach (var (worker, isRested) in resting)
        {
            switch (Task.WaitAny([isRested, worker.Link!.Ended], end.Left))
            {
                case 0:
                    rested.Add(worker);
                    break;
                case -1:
                    worker.WaitEnded(TimeSpan.Zero);
                    break;
            }
        }

        keeper.Put(_source.Key!, rested);
    }

    private void OnTimer() => _scheduler.Tick();

    private void SetTimer(TimeSpan wait) => _timer.Set(wait);
}

/// <summary>A pool's size and rules.</summary>
public sealed record PoolSettings
{
    /// <summary>The most workers at a time.</summary>
    public required int Size { get; init; }

    /// <summary>How many are started at once, and stay though they have nothing to do.</summary>
    public int MinSize { get; init; }

    /// <summary>How many tasks a worker does before another takes its place; null for any number.</summary>
    public int? MaxTasksPerWorker { get; init; }

    /// <summary>With how much memory, in bytes, a worker is replaced between two tasks; null for any.</summary>
    public long? MaxWorkerMemory { get; init; }

    /// <summary>After how long a worker with nothing to do ends; null for never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Told, on any thread, when tasks are over of a pool that takes no more: these may have been the last. May be null.</summary>
    public Action? OnLastTasks { get; init; }

    /// <summary>Told of each attempt's end. Called inside the pool's lock: it may not wait, nor call the pool.</summary>
    public Action<TaskAttempt>? OnAttempt { get; init; }

    /// <summary>
    /// Takes each line that workers write past the streams, on their own threads. Gives what completes when there is room for more, until
    /// when the worker's output is not read, or null where there is room; may be null.
    /// </summary>
    public Func<string, Task?>? OnOutput { get; init; }

    /// <summary>Where results lie that are too many for memory; null for the user's temporary folder.</summary>
    public string? SpillFolder { get; init; }
}

/// <summary>A pool at one moment.</summary>
/// <param name="Waiting">Tasks that wait for a worker.</param>
/// <param name="Running">Tasks that a worker is at.</param>
/// <param name="Accepted">Tasks put in since it was made.</param>
/// <param name="Finished">Tasks that are over.</param>
/// <param name="Workers">Its workers.</param>
public sealed record PoolPicture(long Waiting, int Running, long Accepted, long Finished, IReadOnlyList<WorkerPicture> Workers);

/// <summary>A worker at one moment.</summary>
/// <param name="ProcessId">The operating system's id; 0 while it is being started.</param>
/// <param name="State">Starting, Idle, Busy or Ending.</param>
/// <param name="DoneCount">How many tasks it has done.</param>
/// <param name="Current">The task that it is at; null where there is none.</param>
/// <param name="HostName">The machine that it runs on; null for this one.</param>
public sealed record WorkerPicture(int ProcessId, string State, int DoneCount, PoolTask? Current, string? HostName = null);
