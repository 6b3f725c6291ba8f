using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// A queue shared by processes: Python's <c>Queue</c>, <c>JoinableQueue</c> and their kin. What a process sent is in the queue
/// when the call returns, so a sender may end at once, and a receiver may be waited for whether or not its items are read.
/// </summary>
/// <remarks>Thread-safe. What <see cref="Count"/> and its like tell is true at the moment they are asked.</remarks>
public sealed class ProcQueue : ProcObject
{
    internal ProcQueue(ProcObjectOrigin origin)
        : base(origin)
    {
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Queue;

    /// <summary>How many items are in it at this moment.</summary>
    public int Count => Ask().Count;

    /// <summary>Whether it is empty at this moment.</summary>
    public bool IsEmpty => Ask().Count == 0;

    /// <summary>Whether it is full at this moment.</summary>
    public bool IsFull => Ask() is var state && state.MaxSize > 0 && state.Count >= state.MaxSize;

    /// <summary>Whether it was closed.</summary>
    public bool IsClosed => Ask().IsClosed;

    /// <summary>The most items at a time; 0 for any number.</summary>
    public int MaxSize => Ask().MaxSize;

    /// <summary>Its order.</summary>
    public QueueKind Order => Ask().Kind;

    /// <summary>Whether an item whose receiver dies before it completed it comes back.</summary>
    public bool IsAcknowledged => Ask().IsAcknowledged;

    /// <summary>How many items were sent and not completed.</summary>
    public long UnfinishedCount => Ask().Unfinished;

    /// <summary>Makes a queue, or opens the one with a name.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="kind">Its order.</param>
    /// <param name="maxSize">The most items at a time; 0 for any number.</param>
    /// <param name="acknowledge">An item whose receiver dies before it completed it comes back.</param>
    /// <param name="name">The name, or null.</param>
    public static ProcQueue Create(HubPort port, QueueKind kind = QueueKind.Fifo, int maxSize = 0, bool acknowledge = false, string? name = null) =>
        new(ProcObjectOrigin.Create(
            port, ProcObjectOrigin.Request(port, HubObjectKind.Queue, name).Byte((byte)kind).Int32(maxSize).Flag(acknowledge), name));

    /// <summary>Sends an item; waits while the queue is full.</summary>
    /// <exception cref="QueueClosedException">It was closed.</exception>
    public void Send(object? item) => Send([(HubEnvironment.Codec.Encode(item), 0)], null, CancellationToken.None);

    /// <summary>Sends an item with a priority; waits while the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="priority">The lower, the sooner, in a priority queue.</param>
    /// <exception cref="QueueClosedException">It was closed.</exception>
    public void Send(object? item, double priority) => Send([(HubEnvironment.Codec.Encode(item), priority)], null, CancellationToken.None);

    /// <summary>Sends an item if there is room.</summary>
    public bool TrySend(object? item) => TrySend(item, TimeSpan.Zero);

    /// <summary>Sends an item if there is room in time.</summary>
    /// <param name="item">The item.</param>
    /// <param name="seconds">0 or more; fractions count.</param>
    public bool TrySend(object? item, double seconds) => TrySend(item, TimeSpan.FromSeconds(seconds));

    /// <summary>Sends an item if there is room in time.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">0 or more.</param>
    /// <exception cref="QueueClosedException">It was closed.</exception>
    public bool TrySend(object? item, TimeSpan timeout) => Send([(HubEnvironment.Codec.Encode(item), 0)], timeout, CancellationToken.None) == 1;

    /// <summary>Receives the next item; waits while the queue is empty.</summary>
    /// <exception cref="QueueClosedException">It was closed and is empty.</exception>
    public object? Receive() => Receive(1, null, CancellationToken.None) is { Count: > 0 } items
        ? HubEnvironment.Codec.Decode(items[0].Value)
        : throw new QueueClosedException($"{this} was closed and is empty.");

    /// <summary>Receives the next item if there is one.</summary>
    /// <param name="item">The item, or null.</param>
    public bool TryReceive(out object? item) => TryReceive(TimeSpan.Zero, out item);

    /// <summary>Receives the next item if there is one in time.</summary>
    /// <param name="seconds">0 or more; fractions count.</param>
    /// <param name="item">The item, or null.</param>
    public bool TryReceive(double seconds, out object? item) => TryReceive(TimeSpan.FromSeconds(seconds), out item);

    /// <summary>Receives the next item if there is one in time.</summary>
    /// <param name="timeout">0 or more.</param>
    /// <param name="item">The item, or null.</param>
    public bool TryReceive(TimeSpan timeout, out object? item)
    {
        var items = Receive(1, timeout, CancellationToken.None);
        item = items is { Count: > 0 } ? HubEnvironment.Codec.Decode(items[0].Value) : null;
        return items is { Count: > 0 };
    }

    /// <summary>Says that an item that was received is done: Python's <c>task_done()</c>.</summary>
    /// <exception cref="TooManyCompletionsException">No item is left to complete.</exception>
    public void Complete() => Complete(1);

    /// <summary>Says that items that were received are done, the oldest first.</summary>
    /// <param name="count">How many, 1 or more.</param>
    /// <exception cref="TooManyCompletionsException">Not that many are left to complete.</exception>
    public void Complete(int count) => Call(Request(HubOperation.Complete).Int32(count));

    /// <summary>Waits until every item that was sent has been completed: Python's <c>join()</c>.</summary>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <returns>Whether they were, in time.</returns>
    public bool Wait(TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        var reply = Call(Request(HubOperation.Wait, limit.Flags), limit);
        return reply.IsStopped ? throw new OperationCanceledException() : reply.Read().Flag();
    }

    /// <summary>Closes it: nothing more can be sent; receivers get what is there, and then the end. Again does nothing.</summary>
    public void Close() => Call(Request(HubOperation.Close));

    /// <summary>Sends items that are encoded already, each as if it came alone.</summary>
    /// <returns>How many went in, in time.</returns>
    internal int Send(IReadOnlyList<(StoredValue Value, double Priority)> items, TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        var request = Request(HubOperation.Send, limit.Flags).Int32(items.Count);
        foreach (var (value, priority) in items)
        {
            request.Value(value).Int64(BitConverter.DoubleToInt64Bits(priority));
        }

        var reply = Call(request, limit);
        return reply.IsStopped ? throw new OperationCanceledException() : reply.Read().Int32();
    }

    /// <summary>Receives some items, at least one where there is one in time.</summary>
    /// <param name="most">How many at the most.</param>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <returns>The items; none where time ran out; null where the queue was closed and is empty.</returns>
    internal IReadOnlyList<ReceivedItem>? Receive(int most, TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        var reply = Call(Request(HubOperation.Receive, limit.Flags).Int32(most), limit);
        var reader = reply.Read();
        var outcome = (ReceiveOutcome)reader.Byte();
        if (outcome != ReceiveOutcome.Items)
        {
            return reply.IsStopped ? throw new OperationCanceledException() : outcome == ReceiveOutcome.Over ? null : [];
        }

        var items = new ReceivedItem[reader.Int32()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = new ReceivedItem(reader.Value(), reader.Flag());
        }

        if (reply.IsStopped)
        {
            GiveBack(items);
            throw new OperationCanceledException();
        }

        return items;
    }

    /// <summary>Gives back the last items that were received, as if they had never been.</summary>
    internal void GiveBack(IReadOnlyList<ReceivedItem> items)
    {
        var request = Request(HubOperation.GiveBack).Int32(items.Count);
        foreach (var item in items)
        {
            request.Value(item.Value).Flag(item.IsRedelivered);
        }

        Call(request);
    }

    private QueueState Ask()
    {
        var reader = State().Read();
        return new QueueState(reader.Int32(), reader.Int32(), reader.Flag(), (QueueKind)reader.Byte(), reader.Flag(), reader.Int64());
    }

    private readonly record struct QueueState(int Count, int MaxSize, bool IsClosed, QueueKind Kind, bool IsAcknowledged, long Unfinished);
}

/// <summary>An item as it came out of a queue.</summary>
/// <param name="Value">Its encoded value.</param>
/// <param name="IsRedelivered">It was received before, by a process that died.</param>
internal readonly record struct ReceivedItem(StoredValue Value, bool IsRedelivered);
