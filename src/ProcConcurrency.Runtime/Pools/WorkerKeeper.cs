using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Workers that have nothing to do and belong to no pool: they wait for the next one that wants workers set up just as they are, and
/// end when they have waited for long, or when too many wait.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class WorkerKeeper
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    // Guards what follows.
    private readonly object _gate = new();
    private readonly List<Kept> _kept = [];
    private readonly BackgroundTimer _timer;
    private TimeSpan? _idleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Makes one that holds nothing yet.</summary>
    public WorkerKeeper() => _timer = Background.Timer("idle workers", EndIdle);

    /// <summary>How long a worker waits; null for any time, zero: none does.</summary>
    public TimeSpan? IdleTimeout
    {
        get
        {
            lock (_gate)
            {
                return _idleTimeout;
            }
        }

        set
        {
            lock (_gate)
            {
                _idleTimeout = value;
            }
        }
    }

    /// <summary>How many wait at most, but that a pool's own workers may all wait, however many they are.</summary>
    public int Capacity { get; set; } = Environment.ProcessorCount;

    /// <summary>The process ids of those that wait.</summary>
    public IReadOnlyList<int> ProcessIds
    {
        get
        {
            lock (_gate)
            {
                return _kept.ConvertAll(static kept => kept.Worker.ProcessId);
            }
        }
    }

    /// <summary>Tells all that wait to end.</summary>
    public void Release() => End(static _ => true);

    /// <summary>Ends all that wait, and returns when they are gone.</summary>
    public void Clear() => End(static _ => true).ForEach(static worker => worker.WaitEnded(s_grace));

    /// <summary>Whether a worker waits that is set up so and has not done its share.</summary>
    internal bool Has(WorkerKey key, int maxTasks)
    {
        lock (_gate)
        {
            return _kept.Exists(kept => kept.Suits(key, maxTasks));
        }
    }

    /// <summary>Takes a pool's workers on, which have nothing to do. Others that have waited for longest make room.</summary>
    internal void Put(WorkerKey key, IReadOnlyList<PoolWorker> workers)
    {
        if (IdleTimeout <= TimeSpan.Zero)
        {
            End(workers);
            return;
        }

        List<PoolWorker> tooMany;
        lock (_gate)
        {
            foreach (var worker in workers)
            {
                var kept = new Kept(this, key, worker);
                worker.Output = null;
                if (worker.TryServe(kept))
                {
                    _kept.Add(kept);
                }
            }

            var excess = Math.Max(0, _kept.Count - Math.Max(Capacity, workers.Count));
            tooMany = _kept.GetRange(0, excess).ConvertAll(static kept => kept.Worker);
            _kept.RemoveRange(0, excess);
            SetTimer();
        }

        End(tooMany);
    }

    /// <summary>
    /// Gives a worker that is set up so and has not done its share, which works for <paramref name="owner"/> from now on; null where there
    /// is none.
    /// </summary>
    internal PoolWorker? Take(WorkerKey key, int maxTasks, IWorkerOwner owner)
    {
        lock (_gate)
        {
            while (_kept.FindLastIndex(kept => kept.Suits(key, maxTasks)) is var at and >= 0)
            {
                var worker = _kept[at].Worker;
                _kept.RemoveAt(at);
                if (worker.TryServe(owner))
                {
                    return worker;
                }
            }

            return null;
        }
    }

    private static void End(IReadOnlyList<PoolWorker> workers)
    {
        foreach (var worker in workers)
        {
            worker.End();
        }
    }

    private void EndIdle()
    {
        End(kept => kept.Since.Elapsed >= _idleTimeout);
        lock (_gate)
        {
            SetTimer();
        }
    }

    // The first has waited for longest.
    private void SetTimer()
    {
        if (_kept.Count > 0 && _idleTimeout is { } patience)
        {
            _timer.Set(patience - _kept[0].Since.Elapsed);
        }
    }

    private List<PoolWorker> End(Predicate<Kept> condition)
    {
        List<PoolWorker> ending;
        lock (_gate)
        {
            ending = _kept.FindAll(condition).ConvertAll(static kept => kept.Worker);
            _kept.RemoveAll(condition);
        }

        End(ending);
        return ending;
    }

    private void Forget(Kept kept)
    {
        lock (_gate)
        {
            _kept.Remove(kept);
        }
    }

    /// <summary>A worker that waits, and whom it tells of its end meanwhile.</summary>
    private sealed class Kept(WorkerKeeper keeper, WorkerKey key, PoolWorker worker) : IWorkerOwner
    {
        internal PoolWorker Worker => worker;

        internal System.Diagnostics.Stopwatch Since { get; } = System.Diagnostics.Stopwatch.StartNew();

        internal bool Suits(WorkerKey wanted, int maxTasks) => key.Equals(wanted) && worker.DoneCount < maxTasks;

        void IWorkerOwner.OnOpened()
        {
        }

        void IWorkerOwner.OnRefused(byte[] reason)
        {
        }

        void IWorkerOwner.OnBegun()
        {
        }

        void IWorkerOwner.OnResults(long number, ReadOnlySpan<byte> records, bool isLast, bool failed, object? held, long? memory)
        {
        }

        void IWorkerOwner.OnReturned(int count, bool wasAsked)
        {
        }

        void IWorkerOwner.OnDefinitionRefused(int definition, byte[] reason)
        {
        }

        void IWorkerOwner.OnExited(WorkerCrash crash) => keeper.Forget(this);
    }
}

/// <summary>What a worker was set up with: workers with equal ones can't be told apart.</summary>
/// <param name="Text">All of it, in some form.</param>
public sealed record WorkerKey(string Text);
