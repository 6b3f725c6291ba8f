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
/// (<see cref="IsFull"/>), and stops reading from a worker whose results nobody takes.
/// </summary>
/// <remarks>One thread adds and takes; the workers' threads do the rest.</remarks>
public sealed class WorkerPool : IDisposable
{
    private const long MaxBufferedBytes = 32L * 1024 * 1024;
    private const int MaxStartFailures = 3;

    // Guards everything below. Messages are sent outside it.
    private readonly object _gate = new();
    private readonly Func<IChildHandler, IChildLink> _start;
    private readonly byte[] _opening;
    private readonly int _size;
    private readonly bool _ordered;
    private readonly List<PoolWorker> _workers = [];
    private readonly Queue<PoolItem> _waiting = [];
    private readonly Stack<PoolItem> _returned = [];
    private readonly Queue<PoolItem> _order = [];
    private readonly Queue<PoolItem> _listed = [];
    private readonly BatchSizer _sizer = new();
    private long _accepted;
    private long _taken;
    private long _finished;
    private long _failed;
    private long _waitingBytes;
    private long _bufferedBytes;
    private int _startFailures;
    private bool _inputEnded;
    private bool _closed;

    /// <summary>Makes a pool; workers are started as items come.</summary>
    /// <param name="size">The most workers at a time.</param>
    /// <param name="ordered">Whether results come in the order of the input, or as they are ready.</param>
    /// <param name="opening">What a new worker is told first.</param>
    /// <param name="start">Starts a worker process.</param>
    public WorkerPool(int size, bool ordered, byte[] opening, Func<IChildHandler, IChildLink> start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
        _ordered = ordered;
        _opening = opening;
        _start = start;
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
                    || _accepted - _taken >= (8 * enough) + 64
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

    /// <summary>Starts the first worker before there is an item, so that it comes up while the input does.</summary>
    /// <exception cref="ProcessStartException">No worker can be started.</exception>
    public void Warm() => StartWorker();

    /// <summary>Puts one item in; never blocks on workers.</summary>
    /// <param name="payload">The encoded item; the pool keeps it.</param>
    /// <param name="tag">See <see cref="PoolItem.Tag"/>.</param>
    /// <exception cref="ProcessStartException">A worker was needed and could not be started.</exception>
    public void Add(byte[] payload, object? tag)
    {
        PoolWorker? idle;
        bool startAnother;
        lock (_gate)
        {
            var item = new PoolItem(_accepted++, tag, payload);
            _waiting.Enqueue(item);
            _waitingBytes += payload.Length;
            if (_ordered)
            {
                _order.Enqueue(item);
            }

            idle = TakeIdle();
            startAnother = idle is null && _workers.Count < _size && _workers.Count < WaitingCount && Failure is null;
        }

        idle?.SendNext();
        if (startAnother)
        {
            StartWorker();
        }
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
    public bool TryTake(out PoolResult result)
    {
        lock (_gate)
        {
            var queue = _ordered ? _order : _listed;
            if (!queue.TryPeek(out var item) || (!item.HasChunks && !item.IsDone))
            {
                result = default;
                return false;
            }

            var records = item.TakeChunk();
            if (records is not null)
            {
                _bufferedBytes -= records.Length;
            }

            if (!item.HasChunks && (item.IsDone || !_ordered))
            {
                queue.Dequeue();
                item.IsListed = false;
            }

            var isLast = item.IsDone && !item.HasChunks;
            if (isLast)
            {
                _taken++;
            }

            // A worker may wait for room, or, in order, for its item to become the first.
            Monitor.PulseAll(_gate);
            result = new PoolResult(item, records, isLast);
            return true;
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
        List<PoolWorker> workers;
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
            workers = [.. _workers];
        }

        foreach (var worker in workers)
        {
            worker.End();
        }

        foreach (var worker in workers)
        {
            worker.WaitEnded(TimeSpan.FromSeconds(2));
        }
    }

    /// <summary>Fills a worker's next batch, or marks it idle and returns false.</summary>
    internal bool FillBatch(PoolWorker worker)
    {
        lock (_gate)
        {
            worker.IsIdle = WaitingCount == 0 || _closed;
            if (worker.IsIdle)
            {
                Monitor.PulseAll(_gate);
                return false;
            }

            var count = _sizer.Next(WaitingCount, _size, _inputEnded);
            var bytes = 0;
            while (worker.Batch.Count < count && bytes < BatchSizer.MaxBytes && WaitingCount > 0)
            {
                var item = _returned.Count > 0 ? _returned.Pop() : _waiting.Dequeue();
                bytes += item.Payload.Length;
                worker.Batch.Add(item);
            }

            _waitingBytes -= bytes;
            worker.BeginBatch();
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Takes records of a worker's current item. Blocks while too much waits to be taken. True when the batch is done.</summary>
    internal bool AddRecords(PoolWorker worker, long index, ReadOnlySpan<byte> records, bool isLast, bool failed)
    {
        lock (_gate)
        {
            if (worker.Current is not { } item || item.Index != index)
            {
                throw new Channels.ProtocolException("a worker sent results of a task that it was not given");
            }

            if (records.Length > 0)
            {
                item.Add(records.ToArray());
                _bufferedBytes += records.Length;
            }

            if (isLast)
            {
                Finish(item, failed);
                _startFailures = 0;
            }

            List(item);
            var batchDone = isLast && worker.Advance();
            if (batchDone)
            {
                _sizer.Learn(worker.BatchCount, worker.BatchAge);
            }

            while (_bufferedBytes > MaxBufferedBytes && !_closed && !(_ordered && _order.Peek() == item))
            {
                Monitor.Wait(_gate);
            }

            return batchDone;
        }
    }

    /// <summary>A worker gives back the last tasks of its batch.</summary>
    internal bool TakeBack(PoolWorker worker, int count)
    {
        bool batchDone;
        PoolWorker? idle;
        lock (_gate)
        {
            Return(worker.TakeBack(count));
            batchDone = worker.Current is null;
            idle = TakeIdle();
        }

        idle?.SendNext();
        return batchDone;
    }

    internal void FailStart(byte[] reason)
    {
        lock (_gate)
        {
            Failure ??= new PoolFailure(reason, null);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A worker is gone: its current item fails, the rest of its batch goes back, another takes its place.</summary>
    internal void Remove(PoolWorker worker, WorkerCrash crash)
    {
        bool replace;
        lock (_gate)
        {
            _workers.Remove(worker);
            if (worker.Current is { } item && worker.HasBegun)
            {
                item.Crash = crash;
                Finish(item, failed: true);
                List(item);
                worker.Advance();
            }
            else if (!_closed && !worker.HasFinishedAny && ++_startFailures >= MaxStartFailures)
            {
                Failure ??= new PoolFailure(null, crash);
            }

            Return(worker.TakeBack(int.MaxValue));
            replace = !_closed && Failure is null && WaitingCount > 0 && _workers.Count < _size;
            Monitor.PulseAll(_gate);
        }

        if (replace)
        {
            try
            {
                StartWorker();
            }
            catch (IOException)
            {
                lock (_gate)
                {
                    Failure ??= new PoolFailure(null, crash);
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    private void StartWorker()
    {
        var worker = new PoolWorker(this);
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _workers.Add(worker);
        }

        try
        {
            worker.Start(_start);
        }
        catch
        {
            lock (_gate)
            {
                _workers.Remove(worker);
            }

            throw;
        }
    }

    private PoolWorker? TakeIdle()
    {
        var idle = WaitingCount > 0 ? _workers.Find(static worker => worker.IsIdle) : null;
        if (idle is not null)
        {
            idle.IsIdle = false;
        }

        return idle;
    }

    /// <summary>Where workers stand idle and one sits on a batch for long: the one to give some back.</summary>
    private PoolWorker? FindSlow()
    {
        if (WaitingCount > 0 || !_workers.Exists(static worker => worker.IsIdle))
        {
            return null;
        }

        var slow = _workers.Find(static worker => worker.CanRecall && worker.BatchAge > 2 * BatchSizer.s_target);
        slow?.MarkRecalled();
        return slow;
    }

    private void Finish(PoolItem item, bool failed)
    {
        item.Finish();
        _finished++;
        if (failed)
        {
            _failed++;
        }
    }

    private void List(PoolItem item)
    {
        if (!_ordered && !item.IsListed)
        {
            item.IsListed = true;
            _listed.Enqueue(item);
        }

        Monitor.PulseAll(_gate);
    }

    private void Return(List<PoolItem> items)
    {
        for (var i = items.Count - 1; i >= 0; i--)
        {
            _returned.Push(items[i]);
            _waitingBytes += items[i].Payload.Length;
        }
    }
}

/// <summary>Why a pool could not go on.</summary>
/// <param name="Reason">What a worker said when its initialization failed, encoded; or null.</param>
/// <param name="Crash">How a worker died that had not finished a single task; or null.</param>
public sealed record PoolFailure(byte[]? Reason, WorkerCrash? Crash);
