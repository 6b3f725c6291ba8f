using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>
/// Worker processes that live from call to call, and do the tasks that are given to them: Python's <c>multiprocessing.Pool</c>. One
/// that nobody refers to any more, and that has no name and nothing to do, is ended.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcPool
{
    /// <summary>No machine has use for more processes that all have work.</summary>
    internal const int MaxSize = 1024;

    // Set once somebody has begun to wait for its end.
    private TaskCompletionSource? _gone;

    internal ProcPool(string name, PoolCore core)
    {
        Name = name;
        Core = core;
        Weak = new WeakReference<ProcPool>(this);
    }

    /// <summary>Ends the workers: nobody can give them anything any more.</summary>
    ~ProcPool() => Background.StartOrQueue("end of a pool", Core.End);

    /// <summary>Its name, by which cmdlets find it.</summary>
    public string Name { get; }

    /// <summary>The most workers at a time, of a pool with hosts on each of them. May be changed while it runs: workers that are one too many end when their tasks are done.</summary>
    /// <exception cref="MemberSettingException">It is not from 1 to 1024.</exception>
    public int Size
    {
        get => Core.Hosts?.PerHost ?? Core.Engine.Size;
        set => Core.Resize(value is >= 1 and <= MaxSize ? value : throw new MemberSettingException(Errors.PoolSizeOutOfRange($"The Size of the pool '{Name}'", value, 1, MaxSize).Record));
    }

    /// <summary>Open, Closed (no more tasks are taken), Failed (its workers can't be started) or Ended.</summary>
    public string State => Core.Engine switch
    {
        { IsEnded: true } => "Ended",
        { Failure: not null } => "Failed",
        { IsClosed: true } => "Closed",
        _ => "Open",
    };

    /// <summary>Its workers, as they are at this moment.</summary>
    public IReadOnlyList<ProcPoolWorker> Workers => [.. Core.Engine.Picture.Workers.Select(static worker => new ProcPoolWorker(worker))];

    /// <summary>How many tasks wait for a worker.</summary>
    public long Waiting => Core.Engine.Picture.Waiting;

    /// <summary>How many tasks run.</summary>
    public int Running => Core.Engine.Picture.Running;

    /// <summary>How many tasks are over.</summary>
    public long Finished => Core.Engine.Picture.Finished;

    /// <summary>How many tasks were done a second, over the last ten seconds.</summary>
    public double Rate => Core.History.Rate;

    /// <summary>What share of the time of <see cref="Size"/> workers (on each host) was spent on tasks, over the last ten seconds: from 0 to 1.</summary>
    public double Utilization => Core.History.UtilizationOf(
        Core.Engine.Size, Core.Engine.Picture.Workers.Where(static worker => worker.Current is { State: PoolTaskState.Running }).Select(static worker => worker.Current!.Duration));

    internal PoolCore Core { get; }

    /// <summary>What its tasks know it by, which don't keep it alive: one for all of them.</summary>
    internal WeakReference<ProcPool> Weak { get; }

    /// <summary>No more tasks are taken; those that are there go on.</summary>
    public void Close() => Core.Engine.Close();

    /// <summary>Ends it at once: what waits is canceled, and so is what runs. Returns when no process of it is left.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA1816", Justification = "Nothing is left to end.")]
    public void Stop()
    {
        Core.End();
        PoolTable.Remove(this);
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins what <see cref="Stop"/> does, once; what this gives is done when that is, of which <see cref="TaskNews"/> tells.</summary>
    internal Task End()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _gone, gone, null) is { } begun)
        {
            return begun.Task;
        }

        Background.StartOrQueue("end of a pool", () =>
        {
            try
            {
                Stop();
            }
            finally
            {
                gone.TrySetResult();
                TaskNews.Tell();
            }
        });
        return gone.Task;
    }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}

/// <summary>A worker of a pool at one moment.</summary>
public sealed class ProcPoolWorker
{
    internal ProcPoolWorker(WorkerPicture worker)
    {
        ProcessId = worker.ProcessId == 0 ? null : worker.ProcessId;
        State = worker.State;
        Finished = worker.DoneCount;
        Task = worker.Current?.Tag as ProcTask;
        ComputerName = worker.HostName;
    }

    /// <summary>The operating system's id; null while it is being started.</summary>
    public int? ProcessId { get; }

    /// <summary>The host that it runs on, as it was named; null for this machine.</summary>
    public string? ComputerName { get; }

    /// <summary>Starting, Idle, Busy or Ending.</summary>
    public string State { get; }

    /// <summary>How many tasks it has done.</summary>
    public int Finished { get; }

    /// <summary>The task that it is at; null where it is at none, or at an input of Invoke-ProcPool.</summary>
    public ProcTask? Task { get; }

    /// <summary>Its process id and state.</summary>
    public override string ToString() => $"{ProcessId} {State}";
}
