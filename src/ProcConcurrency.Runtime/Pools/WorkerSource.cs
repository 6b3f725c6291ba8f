using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>Where a pool's workers come from.</summary>
/// <param name="opening">What a new worker is told first: how to set itself up.</param>
/// <param name="start">Starts a worker process; takes who hears of it, its place, and who takes the lines that it writes to its output.</param>
/// <param name="takePlace">Waits until it may be started; null for at once.</param>
public sealed class WorkerSource(
    byte[] opening, Func<IChildHandler, IDisposable?, Action<string>, IChildLink> start, Func<CancellationToken, IDisposable?>? takePlace = null)
    : IDisposable
{
    /// <summary>What workers need as long as their pool lives, and is disposed with it; may be null.</summary>
    public IDisposable? Needed { get; init; }

    /// <summary>
    /// Told the machine of a worker that could not be set up, null for this one, and its error, encoded: whether the pool can do without
    /// that machine. Called inside the pool's lock; may be null, where it can't.
    /// </summary>
    public Func<string?, byte[], bool>? OnRefused { get; init; }

    /// <summary>
    /// Told how the last of several workers died in a row on one machine before they took a task: whether the pool can do without that machine.
    /// Called inside the pool's lock; may be null, where it can't.
    /// </summary>
    public Func<WorkerCrash, bool>? OnSick { get; init; }

    /// <summary>Its pool has ended.</summary>
    public void Dispose() => Needed?.Dispose();

    /// <summary>Whether a worker has its place until its end, so that none comes up beside one that is to be replaced.</summary>
    public bool KeepsPlaces { get; init; }

    /// <summary>Whether a start may take long, on another machine say, so that no other should wait for it.</summary>
    public bool MayTakeLong { get; init; }

    /// <summary>Where workers wait that an earlier pool had, and where this one's go; null where every worker is to be new.</summary>
    public WorkerKeeper? Keeper { get; init; }

    /// <summary>Which of those are set up as this pool's are.</summary>
    public WorkerKey? Key { get; init; }

    internal byte[] Opening => opening;

    internal Func<IChildHandler, IDisposable?, Action<string>, IChildLink> Start => start;

    internal bool HasWarm(int maxTasks) => Keeper?.Has(Key!, maxTasks) == true;

    internal PoolWorker? TakeWarm(int maxTasks, IWorkerOwner owner) => Keeper?.Take(Key!, maxTasks, owner);

    internal IDisposable? TakePlace(CancellationToken canceled) => takePlace?.Invoke(canceled);
}
