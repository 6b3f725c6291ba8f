using System.Buffers.Binary;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// Sends a task's records with its number. A task's end is sent before the next one begins, so that a worker which
/// dies has never done more than its parent knows; what a long task writes goes when it is much or has lain for a while.
/// </summary>
internal sealed class TaskRecordSink : RecordSink, IDisposable
{
    private const int ChunkBytes = 32 * 1024;
    private const int HeaderSize = 9;
    private const byte LastOfTask = 1;
    private const byte TaskFailed = 2;
    private const byte Mentions = 4;
    private static readonly TimeSpan s_lull = TimeSpan.FromMilliseconds(20);

    private readonly ParentLink _link;

    // Guards everything below; held while sending.
    private readonly object _gate = new();
    private readonly ValueWriter _writer;
    private readonly Timer _lulls;
    private byte[] _message = new byte[1024];
    private long _index = -1;
    private bool _failed;

    internal TaskRecordSink(ParentLink link, ValueContext context)
    {
        _link = link;
        _writer = new ValueWriter(context);
        _lulls = new Timer(static sink => ((TaskRecordSink)sink!).SendLull(), this, s_lull, s_lull);
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
        lock (_gate)
        {
            _failed |= stream == RecordStream.Error;
            RecordCodec.Write(_writer, stream, record);
            if (_writer.Length >= ChunkBytes && _index >= 0)
            {
                Send(0);
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

    public void Dispose() => _lulls.Dispose();

    private void SendLull()
    {
        try
        {
            lock (_gate)
            {
                if (_writer.Length > 0 && _index >= 0)
                {
                    Send(0);
                }
            }
        }
        catch (IOException)
        {
            // The parent is gone; the reading thread ends this process.
        }
    }

    private void Send(byte flags)
    {
        var records = _writer.Written;
        var mentioned = Mentioned();
        var header = HeaderSize + mentioned.Length;
        var length = header + records.Length;
        if (_message.Length < length)
        {
            _message = new byte[2 * length];
        }

        BinaryPrimitives.WriteInt64LittleEndian(_message, _index);
        _message[8] = (byte)(mentioned.Length == 0 ? flags : flags | Mentions);
        mentioned.CopyTo(_message.AsSpan(HeaderSize));
        records.CopyTo(_message.AsSpan(header));
        _link.Send(MessageKind.Notice, ChildProtocol.Results, _message.AsSpan(0, length));

        // Not before: with the handles in it this process holds what the records mention, until the parent does.
        _writer.Reset();
    }

    /// <summary>What the records mention of the session's hub: how many (4 bytes), and the id of each (8).</summary>
    private ReadOnlySpan<byte> Mentioned()
    {
        if (_writer.Handles.Count == 0)
        {
            return [];
        }

        var hub = SessionValues.Hub;
        var ids = new List<byte[]>();
        foreach (var handle in _writer.Handles.Distinct())
        {
            if (handle.Port == hub)
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
