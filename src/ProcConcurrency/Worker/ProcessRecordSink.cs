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

    // Guards what follows, for moments.
    private readonly object _gate = new();
    private (UnsentMessage Message, ValueWriter Records)? _unsent; // One at a time, so that a parent that doesn't read stops the script.
    private long _sentAt;

    internal ProcessRecordSink(ParentLink link, ValueContext context)
    {
        _link = link;
        _batch = new RecordBatch(context);
        _flusher = new LullFlusher(() => Flush());

        // What was written under a lock is to be there before what its next holder writes.
        Session.PrecedeHubRequests(() => Send(isLast: false));
    }

    internal override void Add(RecordStream stream, object? record)
    {
        var ready = _batch.Add(stream, record);
        lock (_gate)
        {
            if (ready < BatchBytes && Stopwatch.GetElapsedTime(_sentAt) <= LullFlusher.Lull)
            {
                _flusher.Rouse();
                return;
            }
        }

        Flush();
    }

    /// <summary>Sends what is there; waits while the parent doesn't read.</summary>
    /// <param name="isLast">Nothing will be sent after it.</param>
    internal void Flush(bool isLast = false)
    {
        while (Send(isLast) is { } unsent)
        {
            unsent.Wait();
        }
    }

    /// <summary>Sends what there is room for; gives the message that has to go before more can be sent, or null.</summary>
    private UnsentMessage? Send(bool isLast)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_unsent is { } last)
                {
                    if (!last.Message.HasGone)
                    {
                        return last.Message;
                    }

                    OnSent(last.Records);
                }

                if (_batch.Take(isLast) is not { } records)
                {
                    return null;
                }

                _unsent = _link.BeginSend(MessageKind.Notice, ChildProtocol.Run, records.Memory) is { } unsent ? (unsent, records) : null;
                if (_unsent is null)
                {
                    OnSent(records);
                }
            }
        }
    }

    private void OnSent(ValueWriter records)
    {
        _unsent = null;
        _batch.Recycle(records);
        _sentAt = Stopwatch.GetTimestamp();
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
