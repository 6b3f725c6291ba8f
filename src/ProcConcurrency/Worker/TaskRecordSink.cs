using System.Buffers.Binary;
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
    private const int HeaderSize = 9;
    private const byte LastOfTask = 1;
    private const byte TaskFailed = 2;
    private const byte Mentions = 4;
    private const byte HasMemory = 8;

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
                SendAll((byte)(LastOfTask | (_failed ? TaskFailed : 0) | (tellMemory ? HasMemory : 0)));
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
                SendAll(isLast: true);
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

    /// <summary>Sends what is there; with flags for the last message, which is sent though it be empty.</summary>
    /// <param name="last">The flags.</param>
    /// <param name="isLast">What other threads are encoding just now is waited for.</param>
    private void SendAll(byte last = 0, bool isLast = false)
    {
        isLast |= last != 0;
        var records = _batch.Take(isLast);
        while (records is not null)
        {
            var next = _batch.Take(isLast);
            Send(records, next is null ? last : (byte)0);

            // Not before: with the handles in it this process holds what the records mention, until the parent does.
            _batch.Recycle(records);
            if (next is null)
            {
                return;
            }

            records = next;
        }

        if (last != 0)
        {
            Send(null, last);
        }
    }

    private void Send(ValueWriter? records, byte flags)
    {
        var mentioned = Mentioned(records);
        var memory = (flags & HasMemory) != 0 ? sizeof(long) : 0;
        var header = HeaderSize + memory + mentioned.Length;
        var length = header + (records?.Length ?? 0);
        if (_message.Length < length)
        {
            _message = new byte[2 * length];
        }

        BinaryPrimitives.WriteInt64LittleEndian(_message, _index);
        _message[8] = (byte)(mentioned.Length == 0 ? flags : flags | Mentions);
        if (memory > 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_message.AsSpan(HeaderSize), Environment.WorkingSet);
        }

        mentioned.CopyTo(_message.AsSpan(HeaderSize + memory));
        records?.Written.CopyTo(_message.AsSpan(header));
        Credit.Take(records?.Length ?? 0, (flags & LastOfTask) != 0);
        _link.Send(MessageKind.Notice, ChildProtocol.Results, _message.AsMemory(0, length));
    }

    /// <summary>What the records mention of the session's hub: how many (4 bytes), and the id of each (8).</summary>
    private static ReadOnlySpan<byte> Mentioned(ValueWriter? records)
    {
        if (records is null || records.Handles.Count == 0)
        {
            return [];
        }

        var hub = SessionValues.Hub;
        var ids = new List<byte[]>();
        foreach (var handle in records.Handles.Distinct())
        {
            if (ProcObjectHandle.HubOf(handle) == hub)
            {
                ids.Add(BitConverter.GetBytes(handle.Id));
            }
            else
            {
                hub.KeepForeign(handle);
            }
        }

        return ids.Count == 0 ? [] : (byte[])[.. BitConverter.GetBytes(ids.Count), .. ids.SelectMany(static id => id)];
    }
}
