namespace ProcConcurrency.Runtime.Pools;

/// <summary>What a scheduler is told when it is made, and whom it tells. Calls come inside its lock, where they do not say otherwise: they may not wait.</summary>
internal sealed record SchedulerSettings
{
    /// <summary>The most workers at a time.</summary>
    public required int Size { get; init; }

    /// <summary>How many stay though they have nothing to do.</summary>
    public int MinSize { get; init; }

    /// <summary>How many tasks a worker does before another takes its place.</summary>
    public int MaxTasksPerWorker { get; init; } = int.MaxValue;

    /// <summary>With how much memory, in bytes, a worker is replaced between two tasks; null for any.</summary>
    public long? MaxWorkerMemory { get; init; }

    /// <summary>As <see cref="WorkerSource.KeepsPlaces"/>.</summary>
    public bool KeepsPlaces { get; init; }

    /// <summary>After how long a worker with nothing to do ends; null for never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>How many bytes of results lie in memory before those that have to wait go to the disk.</summary>
    public long MaxBufferedBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>Told when another worker is wanted.</summary>
    public required Action OnWanted { get; init; }

    /// <summary>Told after how long <see cref="Scheduler.Tick"/> is to be called; an earlier alarm counts no more.</summary>
    public required Action<TimeSpan> OnAlarm { get; init; }

    /// <summary>Told of each attempt's end; may be null.</summary>
    public Action<TaskAttempt>? OnAttempt { get; init; }

    /// <summary>As <see cref="PoolSettings.OnLastTasks"/>, with nothing locked.</summary>
    public Action? OnLastTasks { get; init; }

    /// <summary>As <see cref="WorkerSource.OnRefused"/>.</summary>
    public Func<string?, byte[], bool>? OnRefused { get; init; }

    /// <summary>As <see cref="WorkerSource.OnSick"/>.</summary>
    public Func<WorkerCrash, bool>? OnSick { get; init; }

    /// <summary>Where time comes from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>From 0 to 1, for what should not happen all at once.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
