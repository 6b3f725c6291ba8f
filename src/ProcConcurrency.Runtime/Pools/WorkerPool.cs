using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Items in, results out, over worker processes that are replaced when they die:
/// <code>
/// Add -> waiting -> a worker's batch -> [its process] -> the item's records -> TryTake
///           ^            |
///           +-- a worker died or was recalled: what it had not begun goes back
/// </code>
/// The pool sees encoded bytes only. It takes a bounded number of items ahead of what was taken from it
/// (<see cref="IsFull"/>). A worker whose results nobody takes gets no more credit (<see cref="ResultCredit"/>) and waits; one whose
/// results only wait for their turn goes on, and they lie in memory up to a bound, beyond it in a <see cref="SpillFile"/>.
/// </summary>
/// <remarks>One thread adds and takes; the workers' threads do the rest.</remarks>
public sealed partial class WorkerPool : IDisposable
{
    private const long MaxBufferedBytes = 32L * 1024 * 1024;
    private const int MaxStartFailures = 3;

    // Guards everything below. Messages are sent outside it.
    private readonly object _gate = new();
    private readonly Func<IChildHandler, StartPlace?, IChildLink> _start;
    private readonly Func<CancellationToken, StartPlace?> _takePlace;
    private readonly CancellationTokenSource _closing = new();
    private readonly byte[] _opening;
    private readonly int _size;
    private readonly bool _ordered;
    private readonly List<PoolWorker> _workers = [];
    private readonly Queue<PoolItem> _waiting = [];
    private readonly Stack<PoolItem> _returned = [];
    private readonly Queue<PoolItem> _order = [];
    private readonly Queue<PoolItem> _listed = [];
    private readonly BatchSizer _sizer = new();
    private readonly SpillFile _spill;
    private long _accepted;
    private long _taken;
    private long _finished;
    private long _failed;
    private long _waitingBytes;
    private long _bufferedBytes;
    private int _startFailures;
    private int _comingUp;
    private Thread? _starter;
    private string? _warning;
    private bool _inputEnded;
    private bool _closed;

    /// <summary>Makes a pool and starts its first worker, so that it comes up while the input does; the others are started as items come.</summary>
    /// <param name="size">The most workers at a time.</param>
    /// <param name="ordered">Whether results come in the order of the input, or as they are ready.</param>
    /// <param name="opening">What a new worker is told first.</param>
    /// <param name="start">Starts a worker process.</param>
    /// <param name="takePlace">Waits until it may be started; null for at once.</param>
    /// <param name="spillFolder">Where results lie that are too many for memory; null for the user's temporary folder.</param>
    public WorkerPool(
        int size,
        bool ordered,
        byte[] opening,
        Func<IChildHandler, StartPlace?, IChildLink> start,
        Func<CancellationToken, StartPlace?>? takePlace = null,
        string? spillFolder = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
        _ordered = ordered;
        _opening = opening;
        _start = start;
        _takePlace = takePlace ?? (static _ => null);
        _spill = new SpillFile(spillFolder ?? Path.GetTempPath());
        lock (_gate)
        {
            StartWhatIsWanted();
        }
    }

    /// <summary>Why the pool can't go on: its workers don't start or their initialization fails. Null while all is well.</summary>
    public PoolFailure? Failure { get; private set; }

    /// <summary>Whether enough items wait; the producer takes results until it is not.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                var enough = _size * Math.Max(2, _sizer.Size);
                return WaitingCount >= enough
                    || _accepted - _taken >= (4 * enough) + 64
                    || (_waitingBytes + _bufferedBytes > MaxBufferedBytes && WaitingCount >= _size);
            }
        }
    }

    /// <summary>Whether the input has ended and every result been taken.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return _inputEnded && _accepted == _taken;
            }
        }
    }

    /// <summary>Whether the input has ended, so that the total is known.</summary>
    public bool HasAllInput
    {
        get
        {
            lock (_gate)
            {
                return _inputEnded;
            }
        }
    }

    /// <summary>The counts now.</summary>
    public PoolCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return new PoolCounts(_accepted, _finished, _failed, _workers.Count);
            }
        }
    }

    internal ReadOnlySpan<byte> Opening => _opening;

    private int WaitingCount => _waiting.Count + _returned.Count;

    /// <summary>Puts one item in; never blocks on workers.</summary>
    /// <param name="payload">The encoded item; the pool keeps it.</param>
    /// <param name="tag">See <see cref="PoolItem.Tag"/>.</param>
    /// <param name="kept">What the payload mentions, and must live until it has been done; may be null.</param>
    public void Add(byte[] payload, object? tag, object? kept = null)
    {
        PoolWorker? idle;
        lock (_gate)
        {
            var item = new PoolItem(_accepted++, tag, payload, kept);
            _waiting.Enqueue(item);
            _waitingBytes += payload.Length;
            if (_ordered)
            {
                _order.Enqueue(item);
            }

            idle = TakeIdle();
            if (idle is null)
            {
                StartWhatIsWanted();
            }
        }

        idle?.SendNext();
    }

    /// <summary>Says that no more items come.</summary>
    public void CompleteAdding()
    {
        lock (_gate)
        {
            _inputEnded = true;
        }
    }

    /// <summary>Takes what is there to hand on: in input order the first unfinished item's, else anyone's.</summary>
    /// <exception cref="IOException">Results that waited in a temporary file can't be read back.</exception>
    public bool TryTake(out PoolResult result)
    {
        PoolItem? item;
        ResultChunk chunk;
        bool isLast;
        int credit;
        lock (_gate)
        {
            var queue = _ordered ? _order : _listed;
            if (!queue.TryPeek(out item) || (!item.HasChunks && !item.IsDone))
            {
                result = default;
                return false;
            }

            chunk = item.TakeChunk();
            _bufferedBytes -= chunk.Bytes?.Length ?? 0;
            credit = chunk.Lender?.Credit(ResultCredit.CostOf(chunk.Length, isLast: false)) ?? 0;
            if (!item.HasChunks && (item.IsDone || !_ordered))
            {
                queue.Dequeue();
                item.IsListed = false;
            }

            isLast = item.IsDone && !item.HasChunks;
            if (isLast)
            {
                _taken++;
            }
        }

        if (credit > 0)
        {
            chunk.Lender!.SendCredit(credit);
        }

        var records = chunk.Length > 0 ? chunk.Bytes ?? _spill.Read(chunk.Place, chunk.Length) : null;
        result = new PoolResult(item, records, isLast);
        return true;
    }

    /// <summary>Takes what the user should know, once: that there is no room for results that wait; null where all is well.</summary>
    public string? TakeWarning()
    {
        lock (_gate)
        {
            var warning = _warning;
            _warning = warning is null ? null : string.Empty;
            return warning is { Length: > 0 } ? warning : null;
        }
    }

    /// <summary>Waits until there may be something to take, the pool has failed, or time is up.</summary>
    public void Wait(TimeSpan timeout)
    {
        PoolWorker? slow;
        lock (_gate)
        {
            var queue = _ordered ? _order : _listed;
            if (!_closed && Failure is null && !(queue.TryPeek(out var item) && (item.HasChunks || item.IsDone)) && !(_inputEnded && _accepted == _taken))
            {
                Monitor.Wait(_gate, timeout);
            }

            slow = FindSlow();
        }

        slow?.Recall();
    }

    /// <summary>Wakes a thread in <see cref="Wait"/>.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Lets the idle workers end themselves, kills the busy ones, and returns when all are gone.</summary>
    public void Dispose()
    {
        foreach (var worker in EndWorkers())
        {
            worker.WaitEnded(TimeSpan.FromSeconds(2));
        }

        _spill.Dispose();
    }

    /// <summary>
    /// Lets the idle workers end themselves, kills the busy ones, and starts no more. For who stops the pool's user from outside:
    /// that one's thread may be stuck in a call that nothing ends, and never come to <see cref="Dispose"/>.
    /// </summary>
    public void Abort() => EndWorkers();

    private List<PoolWorker> EndWorkers()
    {
        List<PoolWorker> workers;
        Thread? starter;
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
            starter = _starter;
        }

        // It may be about to start one more.
        _closing.Cancel();
        starter?.Join();
        lock (_gate)
        {
            workers = [.. _workers];
        }

        ChildLink.End(workers.Select(static worker => worker.End()).OfType<IChildLink>(), force: true);
        return workers;
    }
}

/// <summary>Why a pool could not go on.</summary>
/// <param name="Reason">What a worker said when its initialization failed, encoded; or null.</param>
/// <param name="Crash">How a worker died that had not finished a single task; or null.</param>
/// <param name="Error">Why a worker's process could not be started; or null.</param>
public sealed record PoolFailure(byte[]? Reason = null, WorkerCrash? Crash = null, Exception? Error = null);
