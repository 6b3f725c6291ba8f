using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>The pool as its workers see it: batches out, records and deaths in. Called on the workers' own threads.</summary>
public sealed partial class WorkerPool
{
    /// <summary>Fills a worker's next batch, or marks it idle and returns false.</summary>
    internal bool FillBatch(PoolWorker worker)
    {
        lock (_gate)
        {
            SetOpen(worker);
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

    /// <summary>Takes records of a worker's current item, and never waits. True when the batch is done.</summary>
    internal bool AddRecords(PoolWorker worker, long index, ReadOnlySpan<byte> records, bool isLast, bool failed, object? held = null)
    {
        var chunk = records.Length > 0 ? Store(worker, records, isLast) : default;
        bool batchDone;
        int credit;
        lock (_gate)
        {
            if (worker.Current is not { } item || item.Index != index)
            {
                throw new ProtocolException("a worker sent results of a task that it was not given");
            }

            item.Hold(held);
            if (chunk.Length > 0)
            {
                item.Add(chunk);
                _bufferedBytes += chunk.Bytes?.Length ?? 0;
            }

            if (isLast)
            {
                Finish(item, failed);
                _startFailures = 0;
            }

            List(item);
            batchDone = isLast && worker.Advance();
            if (batchDone)
            {
                _sizer.Learn(worker.BatchCount, worker.BatchAge);
            }

            credit = chunk.Lender is null ? worker.Credit(ResultCredit.CostOf(records.Length, isLast)) : 0;
        }

        if (credit > 0)
        {
            worker.SendCredit(credit);
        }

        return batchDone;
    }

    /// <summary>
    /// Puts records where they wait. What can be handed on now is its worker's debt until it is: a slow consumer slows the worker
    /// down. What must wait for its turn is no debt, for whoever has the turn may be waiting for this very worker.
    /// </summary>
    private ResultChunk Store(PoolWorker worker, ReadOnlySpan<byte> records, bool isLast)
    {
        bool waitsForTurn;
        bool spills;
        lock (_gate)
        {
            waitsForTurn = _ordered && _order.Peek() != worker.Current;
            spills = waitsForTurn && _bufferedBytes + records.Length > MaxBufferedBytes;
        }

        if (spills)
        {
            try
            {
                return new ResultChunk(records.Length, null, _spill.Write(records), null);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                WarnOfSpill(error);
                waitsForTurn = false;
            }
        }

        var isFree = waitsForTurn || ResultCredit.CostOf(records.Length, isLast) == 0;
        return new ResultChunk(records.Length, records.ToArray(), 0, isFree ? null : worker);
    }

    private void WarnOfSpill(Exception error)
    {
        lock (_gate)
        {
            _warning ??= $"Results that wait for those of an earlier item find no room in a temporary file: {error.Message} "
                + "Their tasks wait until the earlier item is done.";
            Monitor.PulseAll(_gate);
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
            StartWhatIsWanted();
        }

        idle?.SendNext();
        return batchDone;
    }

    internal void FailStart(byte[] reason)
    {
        lock (_gate)
        {
            Failure ??= new PoolFailure(reason);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A worker is gone: its current item fails, the rest of its batch goes back, another takes its place.</summary>
    internal void Remove(PoolWorker worker, WorkerCrash crash)
    {
        lock (_gate)
        {
            SetOpen(worker);
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
                Failure ??= new PoolFailure(Crash: crash);
            }

            Return(worker.TakeBack(int.MaxValue));
            StartWhatIsWanted();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A worker no longer comes up: it has asked for its first batch, or is gone.</summary>
    private void SetOpen(PoolWorker worker)
    {
        if (!worker.IsOpen)
        {
            worker.IsOpen = true;
            _comingUp--;
        }
    }

    /// <summary>Whether more items wait than workers come up for, or nobody is there for the first.</summary>
    private bool WantsWorker => !_closed && Failure is null && _workers.Count < _size
        && (WaitingCount > _comingUp || (_workers.Count == 0 && !_inputEnded));

    /// <summary>Lets a thread start workers: a start waits for its turn, and no thread of a link, nor the pipeline's, may.</summary>
    private void StartWhatIsWanted()
    {
        if (_starter is null && WantsWorker)
        {
            try
            {
                _starter = Background.Start("pool starts", StartWorkers);
            }
            catch (IOException error)
            {
                Failure ??= new PoolFailure(Error: error);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void StartWorkers()
    {
        try
        {
            while (true)
            {
                var place = _takePlace(_closing.Token);
                if (NextWorker() is not { } worker)
                {
                    place?.Dispose();
                    return;
                }

                worker.Start(_start, place);
            }
        }
        catch (Exception error)
        {
            // Nobody above would catch it: the pool tells it. A session that is ending starts none, a closed pool neither.
            lock (_gate)
            {
                Failure ??= new PoolFailure(Error: error);
                _starter = null;
                _workers.RemoveAll(static worker => !worker.IsStarted);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>One more worker to start; null where none is wanted any more, and this thread has done its work.</summary>
    private PoolWorker? NextWorker()
    {
        lock (_gate)
        {
            if (!WantsWorker)
            {
                _starter = null;
                return null;
            }

            var worker = new PoolWorker(this);
            _workers.Add(worker);
            _comingUp++;
            return worker;
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
