using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Workers that have nothing to do and belong to no pool: they wait for the next one that wants workers set up just as they are, and
/// end when they have waited for long.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class WorkerKeeper
{
    // Guards what follows.
    private readonly object _gate = new();
    private readonly List<Kept> _kept = [];
    private readonly BackgroundTimer _timer;

    /// <summary>Makes one that holds nothing yet.</summary>
    public WorkerKeeper() => _timer = Background.Timer("idle workers", EndIdle);

    /// <summary>How long a worker waits; zero: none does.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _kept.Count;
            }
        }
    }

    /// <summary>Ends all that wait, and returns when they are gone.</summary>
    public void Clear() => End(static _ => true, wait: true);

    internal bool Has(WorkerKey key)
    {
        lock (_gate)
        {
            return _kept.Exists(kept => kept.Key.Equals(key));
        }
    }

    /// <summary>Takes a worker on that has nothing to do.</summary>
    internal void Put(WorkerKey key, PoolWorker worker)
    {
        if (IdleTimeout <= TimeSpan.Zero)
        {
            worker.End();
            worker.WaitEnded(TimeSpan.FromSeconds(2));
            return;
        }

        var kept = new Kept(this, key, worker);
        lock (_gate)
        {
            if (worker.PassTo(kept))
            {
                _kept.Add(kept);
                _timer.Set(IdleTimeout);
            }
        }
    }

    /// <summary>Gives a worker that is set up so, which works for <paramref name="owner"/> from now on; null where there is none.</summary>
    internal PoolWorker? Take(WorkerKey key, IWorkerOwner owner)
    {
        lock (_gate)
        {
            while (_kept.FindLastIndex(kept => kept.Key.Equals(key)) is var at and >= 0)
            {
                var worker = _kept[at].Worker;
                _kept.RemoveAt(at);
                if (worker.PassTo(owner))
                {
                    return worker;
                }
            }

            return null;
        }
    }

    private void EndIdle()
    {
        End(kept => kept.Since.Elapsed >= IdleTimeout, wait: false);
        lock (_gate)
        {
            if (_kept.Count > 0)
            {
                _timer.Set(IdleTimeout);
            }
        }
    }

    private void End(Predicate<Kept> condition, bool wait)
    {
        List<Kept> ending;
        lock (_gate)
        {
            ending = _kept.FindAll(condition);
            _kept.RemoveAll(condition);
        }

        ending.ForEach(static kept => kept.Worker.End());
        if (wait)
        {
            ending.ForEach(static kept => kept.Worker.WaitEnded(TimeSpan.FromSeconds(2)));
        }
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
        internal WorkerKey Key => key;

        internal PoolWorker Worker => worker;

        internal System.Diagnostics.Stopwatch Since { get; } = System.Diagnostics.Stopwatch.StartNew();

        void IWorkerOwner.OnOpened()
        {
        }

        void IWorkerOwner.OnRefused(byte[] reason)
        {
        }

        void IWorkerOwner.OnBegun()
        {
        }

        void IWorkerOwner.OnMemory(long bytes)
        {
        }

        void IWorkerOwner.OnResults(long number, ReadOnlySpan<byte> records, bool isLast, bool failed, object? held)
        {
        }

        void IWorkerOwner.OnReturned(int count)
        {
        }

        void IWorkerOwner.OnDefinitionRefused(int definition, byte[] reason)
        {
        }

        void IWorkerOwner.OnOutput(string line)
        {
        }

        void IWorkerOwner.OnExited(WorkerCrash crash) => keeper.Forget(this);
    }
}

/// <summary>What a worker was set up with: workers with equal ones can't be told apart.</summary>
/// <param name="Text">All of it, in some form.</param>
public sealed record WorkerKey(string Text);
