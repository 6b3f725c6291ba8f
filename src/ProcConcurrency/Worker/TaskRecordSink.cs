using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// Sends a task's records with its number. A task's end is sent before the next one begins, so that a worker which
/// dies has never done more than its parent knows; what a long task writes goes when it is much or has lain for a while. Where
/// nobody takes the results, it waits for credit.
/// </summary>
internal sealed class TaskRecordSink : RecordSink, IDisposable
{
    private const int ChunkBytes = 32 * 1024;

    private readonly ParentLink _link;
    private readonly RecordBatch _batch;
    private readonly LullFlusher _flusher;

    // Guards what follows; held while sending, not while encoding.
    private readonly object _gate = new();
    private byte[] _message = new byte[1024];
    private long _index = -1;
    private bool _failed;

    internal TaskRecordSink(ParentLink link, ValueContext context)
    {
        _link = link;
        _batch = new RecordBatch(context);
        _flusher = new LullFlusher(SendLull);
    }

    /// <summary>What may be on the way.</summary>
    internal ResultCredit Credit { get; } = new();

    /// <summary>Whether the task at hand has written an error.</summary>
    internal bool HasFailed
    {
        get
        {
            lock (_gate)
            {
                return _index >= 0 && _failed;
            }
        }
    }

    internal void BeginTask(long index)
    {
        lock (_gate)
        {
            _index = index;
            _failed = false;
        }
    }

    internal override void Add(RecordStream stream, object? record)
    {
        var ready = _batch.Add(stream, record);
        lock (_gate)
        {
            _failed |= stream == RecordStream.Error && !NativeOutput.IsLine(record);
            if (_index < 0)
            {
                return;
            }

            if (ready >= ChunkBytes)
            {
                SendAll();
            }
            else
            {
                _flusher.Rouse();
            }
        }
    }

    /// <summary>Ends the task at hand, if there is one; with a word of how much memory this process uses, where asked.</summary>
    internal void EndTask(bool tellMemory)
    {
        lock (_gate)
        {
            if (_index >= 0)
            {
                SendAll(isEnd: true, tellMemory);
                _index = -1;
            }
        }
    }

    /// <summary>
    /// Sends what the task at hand has written, without ending it: the process ends first, which the parent sees as the task's end.
    /// </summary>
    internal void Flush()
    {
        lock (_gate)
        {
            if (_index >= 0)
            {
                SendAll(isComplete: true);
            }
        }
    }

    public void Dispose()
    {
        _flusher.Dispose();
        lock (_gate)
        {
            _batch.Dispose();
        }
    }

    private void SendLull()
    {
        lock (_gate)
        {
            if (_index >= 0)
            {
                SendAll();
            }
        }
    }

    /// <summary>Sends what is there.</summary>
    /// <param name="isEnd">The last message ends the task: it is sent though it be empty.</param>
    /// <param name="tellMemory">It says how much memory this process uses, too.</param>
    /// <param name="isComplete">What other threads are encoding just now is waited for; so it is at the task's end.</param>
    private void SendAll(bool isEnd = false, bool tellMemory = false, bool isComplete = false)
    {
        isComplete |= isEnd;
        var records = _batch.Take(isComplete);
        while (records is not null)
        {
            var next = _batch.Take(isComplete);
            Send(records, isEnd && next is null, tellMemory);

            // Not before: with the handles in it this process holds what the records mention, until the parent does.
            _batch.Recycle(records);
            if (next is null)
            {
                return;
            }

            records = next;
        }

        if (isEnd)
        {
            Send(null, isEnd, tellMemory);
        }
    }

    private void Send(ValueWriter? records, bool isEnd, bool tellMemory)
    {
        var results = new WorkerResults
        {
            Number = _index,
            IsLast = isEnd,
            HasFailed = isEnd && _failed,
            Memory = isEnd && tellMemory ? Environment.WorkingSet : null,
            Mentioned = Mentioned(records),
            Records = records is null ? [] : records.Written,
        };
        var size = results.Size;
        if (_message.Length < size)
        {
            _message = new byte[2 * size];
        }

        results.Write(_message);
        Credit.Take(results.Records.Length, isEnd);
        _link.Send(MessageKind.Notice, ChildProtocol.Results, _message.AsMemory(0, size));
    }

    /// <summary>What the records mention of the session's hub.</summary>
    private static long[] Mentioned(ValueWriter? records)
    {
        if (records is null || records.Handles.Count == 0)
        {
            return [];
        }

        var hub = SessionValues.Hub;
        var ids = new HashSet<long>();
        foreach (var handle in records.Handles)
        {
            if (ProcObjectHandle.HubOf(handle) == hub)
            {
                ids.Add(handle.Id);
            }
            else
            {
                hub.KeepForeign(handle);
            }
        }

        return [.. ids];
    }
}
