using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// Sends a block's records to the parent: the first at once, what follows quickly in batches, and what lies still after a
/// moment (<see cref="LullFlusher"/>), so a record never waits for the next one.
/// </summary>
internal sealed class ProcessRecordSink : RecordSink, IDisposable
{
    private const int BatchBytes = 32 * 1024;

    private readonly ParentLink _link;

    // Guards everything below; held while sending, so that a parent that doesn't read stops the script.
    private readonly object _gate = new();
    private readonly ValueWriter _writer;
    private readonly LullFlusher _flusher;
    private long _sentAt;

    internal ProcessRecordSink(ParentLink link, ValueContext context)
    {
        _link = link;
        _writer = new ValueWriter(context);
        _flusher = new LullFlusher(Flush);
    }

    internal override void Add(RecordStream stream, object? record)
    {
        lock (_gate)
        {
            RecordCodec.Write(_writer, stream, record);
            if (_writer.Length >= BatchBytes || Stopwatch.GetElapsedTime(_sentAt) > LullFlusher.s_lull)
            {
                Flush();
            }
            else
            {
                _flusher.Rouse();
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

    public void Dispose() => _flusher.Dispose();
}
