using System.Diagnostics;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// Receives items one after the other, and fetches ahead for it: as many as this reader lately used within a few milliseconds.
/// So a quick reader needs few requests, and a slow one takes nothing that another could have. What it fetched is leased to it: each item
/// is received when it is read, and no sooner. What it did not read goes back, when it ends, when its process dies, or when the hub
/// takes it away for somebody who waits.
/// </summary>
/// <remarks>For one thread. It has to be disposed of.</remarks>
/// <param name="queue">The queue.</param>
public sealed class QueueReader(ProcQueue queue) : IDisposable
{
    private const int MostAhead = 512;
    private static readonly TimeSpan s_ahead = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_least = TimeSpan.FromMicroseconds(1);

    private readonly List<QueueItem> _items = [];
    private int _next;
    private int _ahead = 1;
    private long _fetchedAt;
    private HubReply? _reply;
    private int _slot;
    private List<long>? _passed;

    /// <summary>The item that the last <see cref="Read"/> received.</summary>
    public object? Item { get; private set; }

    /// <summary>Whether it was received before, by a process that died.</summary>
    public bool IsRedelivered { get; private set; }

    /// <summary>Receives the next item.</summary>
    /// <param name="most">How many, this one included, the caller will want: never more are fetched.</param>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <param name="isStopping">Whether the caller could not use an item any more; null where it always can.</param>
    /// <exception cref="OperationCanceledException">Canceled or stopping: nothing was received.</exception>
    /// <remarks>What the codec throws for an item that it can't read is the error of that item: it stays in the queue, and the next call passes it.</remarks>
    public ReceiveOutcome Read(int most, TimeSpan? timeout, CancellationToken canceled, Func<bool>? isStopping = null)
    {
        var limit = new WaitLimit(timeout, canceled);
        while (!TryTake())
        {
            Adapt();
            Clear();
            if (_slot == 0 && most > 1)
            {
                var asked = Stopwatch.GetTimestamp();
                _slot = queue.Port.Leases.Rent(limit);
                limit = limit.Since(asked);
            }

            // What can't be leased is received as it leaves the hub: then one by one.
            var outcome = queue.Receive(_slot == 0 ? 1 : Math.Min(most, _ahead), limit, _items, out var reply, ref _slot, _passed);
            _reply = reply;
            _fetchedAt = Stopwatch.GetTimestamp();
            if (outcome != ReceiveOutcome.Items)
            {
                return outcome;
            }
        }

        var item = _items[_next++];
        if (IsStopping())
        {
            queue.GiveBack([item]);
            throw HubEnvironment.StopError();
        }

        try
        {
            Item = HubEnvironment.Codec.Decode(item.Value);
        }
        catch
        {
            // Handed out, but not received: it goes back to its place, for a receiver that can read it. This one passes it from now on.
            queue.GiveBack([item]);
            (_passed ??= []).Add(item.Number);
            Settle(isLeft: true);
            throw;
        }

        // To read a large one takes a while. What mentions objects may have taken a socket by now, which is there once.
        if (item.Value.Objects.Length == 0 && IsStopping())
        {
            queue.GiveBack([item]);
            throw HubEnvironment.StopError();
        }

        queue.NoteReceived();
        IsRedelivered = item.IsRedelivered;
        if (_next == _items.Count)
        {
            ReleaseReply();
        }

        return ReceiveOutcome.Items;

        bool IsStopping() => canceled.IsCancellationRequested || isStopping?.Invoke() == true;
    }

    /// <summary>Gives back what was fetched and not read.</summary>
    public void Dispose() => Settle(isLeft: _next < _items.Count);

    /// <summary>Ends the lease; where something is left of it, returns when that is in its place again.</summary>
    private void Settle(bool isLeft)
    {
        var isOpen = _items.Count > 0;
        Clear();
        if (_slot == 0)
        {
            return;
        }

        try
        {
            if (isOpen)
            {
                queue.Settle(_slot, isLeft);
            }
        }
        catch (ObjectGoneException)
        {
            // And the queue with it.
        }

        queue.Port.Leases.Return(_slot);
        _slot = 0;
    }

    private bool TryTake() => _next < _items.Count && (_slot == 0 || queue.Port.Leases.Page!.TryTake(_slot));

    /// <summary>What is here was read, or is no longer this reader's.</summary>
    private void Clear()
    {
        _items.Clear();
        _next = 0;
        ReleaseReply();
    }

    /// <summary>Nothing of the last answer is wanted any more.</summary>
    private void ReleaseReply()
    {
        _reply?.Recycle();
        _reply = null;
    }

    private void Adapt()
    {
        if (_next == 0)
        {
            return;
        }

        var took = Stopwatch.GetElapsedTime(_fetchedAt);
        var rate = s_ahead / (took > s_least ? took : s_least);
        _ahead = Math.Clamp((int)Math.Min(_next * rate, 2.0 * _ahead), 1, MostAhead);
    }
}
