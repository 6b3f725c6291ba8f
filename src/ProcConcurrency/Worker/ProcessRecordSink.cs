using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;
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

    private readonly RecordBatch _batch;

    // Guards everything below; held while sending, so that a parent that doesn't read stops the script. Not while encoding.
    private readonly object _gate = new();
    private readonly AutoResetEvent _waiting = new(false);
    private long _sentAt;
    private Thread? _flusher;
    private bool _roused;
    private bool _closed;

    internal ProcessRecordSink(ParentLink link, ValueContext context)
    {
        _link = link;
        _batch = new RecordBatch(context);
    }

    internal override void Add(RecordStream stream, object? record)
    {
        _batch.Add(stream, record);
        lock (_gate)
        {
            if (_batch.Length >= BatchBytes || Stopwatch.GetElapsedTime(_sentAt) > s_lull)
            {
                Flush();
            }
            else if (!_roused)
            {
                Rouse();
            }
        }
    }

    /// <summary>Sends what is there.</summary>
    /// <param name="isLast">Nothing will be sent after it.</param>
    internal void Flush(bool isLast = false)
    {
        lock (_gate)
        {
            while (_batch.Take(isLast) is { } records)
            {
                _link.Send(MessageKind.Notice, ChildProtocol.Run, records.Written);
                _batch.Recycle(records);
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
            _batch.Dispose();
        }
    }

    private void Rouse()
    {
        try
        {
            _flusher ??= Background.Start("records", FlushLulls);
            _roused = true;
            _waiting.Set();
        }
        catch (IOException)
        {
            // Too many threads: nobody would send it later.
            Flush();
        }
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
