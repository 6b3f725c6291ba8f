using System.Buffers.Binary;
using ProcConcurrency.Runtime.Channels;
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

    private readonly ParentLink _link;

    // Guards everything below; held while sending.
    private readonly object _gate = new();
    private readonly ValueWriter _writer;
    private readonly LullFlusher _flusher;
    private byte[] _message = new byte[1024];
    private long _index = -1;
    private bool _failed;

    internal TaskRecordSink(ParentLink link, ValueContext context)
    {
        _link = link;
        _writer = new ValueWriter(context);
        _flusher = new LullFlusher(SendLull);
    }

    /// <summary>What may be on the way.</summary>
    internal ResultCredit Credit { get; } = new();

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
        lock (_gate)
        {
            _failed |= stream == RecordStream.Error && !NativeOutput.IsLine(record);
            RecordCodec.Write(_writer, stream, record);
            if (_index < 0)
            {
                return;
            }

            if (_writer.Length >= ChunkBytes)
            {
                Send(0);
            }
            else
            {
                _flusher.Rouse();
            }
        }
    }

    /// <summary>Ends the task at hand, if there is one.</summary>
    internal void EndTask()
    {
        lock (_gate)
        {
            if (_index >= 0)
            {
                Send((byte)(LastOfTask | (_failed ? TaskFailed : 0)));
                _index = -1;
            }
        }
    }

    public void Dispose() => _flusher.Dispose();

    private void SendLull()
    {
        lock (_gate)
        {
            if (_writer.Length > 0 && _index >= 0)
            {
                Send(0);
            }
        }
    }

    private void Send(byte flags)
    {
        var records = _writer.Written;
        var length = HeaderSize + records.Length;
        if (_message.Length < length)
        {
            _message = new byte[2 * length];
        }

        BinaryPrimitives.WriteInt64LittleEndian(_message, _index);
        _message[8] = flags;
        records.CopyTo(_message.AsSpan(HeaderSize));
        _writer.Reset();
        Credit.Take(records.Length, (flags & LastOfTask) != 0);
        _link.Send(MessageKind.Notice, ChildProtocol.Results, _message.AsSpan(0, length));
    }
}
