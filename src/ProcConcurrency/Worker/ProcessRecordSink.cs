using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// Sends a block's records to the parent: the first at once, what follows quickly in batches, and what lies still after a
/// moment (<see cref="LullFlusher"/>) or before a request to the hub, so a record never waits for the next one.
/// </summary>
internal sealed class ProcessRecordSink : RecordSink, IDisposable
{
    private const int BatchBytes = 32 * 1024;

    private readonly ParentLink _link;
    private readonly RecordBatch _batch;
    private readonly LullFlusher _flusher;

    // Guards what follows; held while sending, so that a parent that doesn't read stops the script. Not while encoding.
    private readonly object _gate = new();
    private long _sentAt;

    internal ProcessRecordSink(ParentLink link, ValueContext context)
    {
        _link = link;
        _batch = new RecordBatch(context);
        _flusher = new LullFlusher(() => Flush());

        // What was written under a lock is to be there before what its next holder writes.
        Session.PrecedeHubRequests(() => Flush());
    }

    internal override void Add(RecordStream stream, object? record)
    {
        var ready = _batch.Add(stream, record);
        lock (_gate)
        {
            if (ready >= BatchBytes || Stopwatch.GetElapsedTime(_sentAt) > LullFlusher.Lull)
            {
                Flush();
            }
            else
            {
                _flusher.Rouse();
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
                _link.Send(MessageKind.Notice, ChildProtocol.Run, records.Memory);
                _batch.Recycle(records);
                _sentAt = Stopwatch.GetTimestamp();
            }
        }
    }

    public void Dispose()
    {
        Session.PrecedeHubRequests(null);
        _flusher.Dispose();
        lock (_gate)
        {
            _batch.Dispose();
        }
    }
}
