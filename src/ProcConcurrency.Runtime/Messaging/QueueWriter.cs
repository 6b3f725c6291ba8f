using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// Sends many items with few requests: the first at once, what follows quickly together, and what lies still after a moment
/// (<see cref="LullFlusher"/>), so that no item waits for the next one. A full queue makes <see cref="Add"/> wait.
/// </summary>
/// <remarks>
/// For one thread beside the flusher's. What that ran into, the next call throws. Only after <see cref="Flush"/> is
/// everything in the queue.
/// </remarks>
public sealed class QueueWriter : IDisposable
{
    private const int MostItems = 512;
    private const int MostBytes = 32 * 1024;

    private readonly ProcQueue _queue;
    private readonly CancellationTokenSource _stop;

    // Guards everything below; held while sending, so that items keep their order and a full queue stops the caller.
    private readonly object _gate = new();
    private readonly List<NewItem> _items = [];
    private readonly LullFlusher _flusher;
    private bool _isClosed;
    private Exception? _failure;
    private int _bytes;
    private long _sentAt;

    /// <summary>Makes one.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="canceled">Ends its waits.</param>
    public QueueWriter(ProcQueue queue, CancellationToken canceled)
    {
        _queue = queue;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(canceled);
        _flusher = new LullFlusher(FlushLull);
    }

    /// <summary>Takes an item; sends it now or very soon.</summary>
    /// <param name="item">The item.</param>
    /// <param name="priority">The lower, the sooner, in a priority queue.</param>
    /// <exception cref="QueueClosedException">The queue was closed.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public void Add(object? item, double priority)
    {
        var stored = Encode(item);
        lock (_gate)
        {
            _items.Add(new NewItem(stored, priority));
            _bytes += stored.Bytes.Length;
            if (_items.Count >= MostItems || _bytes >= MostBytes || Stopwatch.GetElapsedTime(_sentAt) > LullFlusher.Lull)
            {
                Flush();
            }
            else if (_items.Count == 1)
            {
                _flusher.Rouse();
            }
        }
    }

    /// <summary>Returns when everything is in the queue.</summary>
    /// <exception cref="QueueClosedException">The queue was closed.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public void Flush()
    {
        lock (_gate)
        {
            if (_failure is { } failure)
            {
                _items.Clear();
                throw failure;
            }

            if (_items.Count > 0)
            {
                Send(null, _stop.Token);
            }
        }
    }

    /// <summary>Sends what is left, as far as there is room for it: whoever comes here without <see cref="Flush"/> is in no state to wait.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        lock (_gate)
        {
            _flusher.Dispose();
            _isClosed = true;
            try
            {
                if (_items.Count > 0 && _failure is null or OperationCanceledException)
                {
                    Send(TimeSpan.Zero, CancellationToken.None);
                }
            }
            catch (Exception error) when (error is InvalidOperationException or OperationCanceledException || HubEnvironment.IsStopping())
            {
                // Closed, gone, no room, or stopped.
            }

            _items.Clear();
        }

        _stop.Dispose();
    }

    private StoredValue Encode(object? item)
    {
        try
        {
            return HubEnvironment.Codec.EncodeMessage(item);
        }
        catch
        {
            // What came before it is fine.
            Flush();
            throw;
        }
    }

    private void Send(TimeSpan? timeout, CancellationToken canceled)
    {
        var isStopped = false;
        var sent = _items.Count;
        try
        {
            (sent, isStopped) = _queue.Send(CollectionsMarshal.AsSpan(_items), timeout, canceled);
        }
        finally
        {
            _items.RemoveRange(0, sent);
            _bytes = 0;
            _sentAt = Stopwatch.GetTimestamp();
        }

        if (isStopped)
        {
            throw HubEnvironment.StopError();
        }
    }

    private void FlushLull()
    {
        lock (_gate)
        {
            try
            {
                if (!_isClosed && _failure is null && _items.Count > 0)
                {
                    Send(null, _stop.Token);
                }
            }
            catch (Exception error)
            {
                _failure = error;
            }
        }
    }
}
