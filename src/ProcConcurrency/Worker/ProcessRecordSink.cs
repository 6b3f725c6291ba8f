using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// Sends a block's records to the parent: the first at once, what follows quickly in batches. A thread of its own
/// sends what lies still, so a record never waits for the next one.
/// </summary>
internal sealed class ProcessRecordSink : RecordSink, IDisposable
{
    private const int BatchBytes = 32 * 1024;
    private static readonly TimeSpan s_lull = TimeSpan.FromMilliseconds(5);

    private readonly ParentLink _link;

    // Guards everything below; held while sending, so that a parent that doesn't read stops the script.
    private readonly object _gate = new();
    private readonly ValueWriter _writer;
    private readonly AutoResetEvent _waiting = new(false);
    private long _sentAt;
    private Thread? _flusher;
    private bool _roused;
    private bool _closed;

    internal ProcessRecordSink(ParentLink link, ValueContext context)
    {
        _link = link;
        _writer = new ValueWriter(context);
    }

    internal override void Add(RecordStream stream, object? record)
    {
        lock (_gate)
        {
            RecordCodec.Write(_writer, stream, record);
            if (_writer.Length >= BatchBytes || Stopwatch.GetElapsedTime(_sentAt) > s_lull)
            {
                Flush();
            }
            else if (!_roused)
            {
                Rouse();
            }
        }
    }

    internal void Flush()
    {
        lock (_gate)
        {
            if (_writer.Length > 0)
            {
                _link.Send(MessageKind.Notice, ChildProtocol.Run, _writer.Written);
                _writer.Reset();
                _sentAt = Stopwatch.GetTimestamp();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _waiting.Set();
        }
    }

    private void Rouse()
    {
        _roused = true;
        if (_flusher is null)
        {
            _flusher = new Thread(FlushLulls, 256 * 1024) { IsBackground = true, Name = "records" };
            _flusher.Start();
        }

        _waiting.Set();
    }

    private void FlushLulls()
    {
        try
        {
            while (!_closed)
            {
                _waiting.WaitOne();
                Thread.Sleep(s_lull);
                lock (_gate)
                {
                    Flush();
                    _roused = false;
                }
            }
        }
        catch (IOException)
        {
            // The parent is gone; the reading thread ends this process.
        }
    }
}
