using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// Receives items one after the other, and fetches ahead for it: as many as this reader lately used within a few milliseconds.
/// So a quick reader needs few requests, and a slow one takes nothing that another could have. What it did not use goes back.
/// </summary>
/// <remarks>For one thread. It has to be disposed of.</remarks>
/// <param name="queue">The queue.</param>
public sealed class QueueReader(ProcQueue queue) : IDisposable
{
    private const int MostAhead = 512;
    private static readonly TimeSpan s_ahead = TimeSpan.FromMilliseconds(5);

    private readonly List<QueueItem> _items = [];
    private int _next;
    private int _ahead = 1;
    private long _fetchedAt;
    private HubReply? _reply;

    /// <summary>The item that the last <see cref="Read"/> received.</summary>
    public object? Item { get; private set; }

    /// <summary>Whether it was received before, by a process that died.</summary>
    public bool IsRedelivered { get; private set; }

    /// <summary>Receives the next item.</summary>
    /// <param name="most">How many, this one included, the caller will want: never more are fetched.</param>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Canceled: nothing was received.</exception>
    public ReceiveOutcome Read(int most, TimeSpan? timeout, CancellationToken canceled)
    {
        if (_next == _items.Count)
        {
            Adapt();
            _next = 0;
            var outcome = queue.Receive(Math.Min(most, _ahead), timeout, _items, out var reply, canceled);
            _reply = reply;
            _fetchedAt = Stopwatch.GetTimestamp();
            if (outcome != ReceiveOutcome.Items)
            {
                return outcome;
            }
        }

        var item = _items[_next++];
        try
        {
            Item = HubEnvironment.Codec.Decode(item.Value);
        }
        catch
        {
            // Not received: it goes back, for a receiver that can read it.
            _next--;
            throw;
        }

        IsRedelivered = item.IsRedelivered;
        if (_next == _items.Count)
        {
            Recycle();
        }

        return ReceiveOutcome.Items;
    }

    /// <summary>Gives back what was fetched and not read.</summary>
    public void Dispose()
    {
        var left = CollectionsMarshal.AsSpan(_items)[_next..];
        _next = _items.Count;
        try
        {
            queue.GiveBack(left);
            Recycle();
        }
        catch (ObjectGoneException)
        {
            // And the queue with it.
        }
    }

    /// <summary>Nothing of the last answer is wanted any more.</summary>
    private void Recycle()
    {
        _reply?.Recycle();
        _reply = null;
    }

    private void Adapt()
    {
        if (_items.Count == 0)
        {
            return;
        }

        var took = Stopwatch.GetElapsedTime(_fetchedAt);
        var rate = s_ahead / Max(took, TimeSpan.FromMicroseconds(1));
        _ahead = Math.Clamp((int)Math.Min(_items.Count * rate, 2.0 * _ahead), 1, MostAhead);
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
