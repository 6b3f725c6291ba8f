using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// A queue shared by processes: Python's <c>Queue</c>, <c>JoinableQueue</c> and their kin. What a process sent is in the queue
/// when the call returns, so a sender may end at once, and a receiver may be waited for whether or not its items are read.
/// </summary>
/// <remarks>Thread-safe. What <see cref="Count"/> and its like tell is true at the moment they are asked.</remarks>
public sealed partial class ProcQueue : ProcObject
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
    public void Send(object? item) => SendOne(item, 0, null, CancellationToken.None);

    /// <summary>Sends an item with a priority; waits while the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="priority">The lower, the sooner, in a priority queue.</param>
    /// <exception cref="QueueClosedException">It was closed.</exception>
    public void Send(object? item, double priority) => SendOne(item, priority, null, CancellationToken.None);

    /// <summary>Sends an item if there is room.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="QueueClosedException">It was closed.</exception>
    public bool TrySend(object? item) => TrySend(item, TimeSpan.Zero);

    /// <summary>Sends an item if there is room in time.</summary>
    /// <param name="item">The item.</param>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    public bool TrySend(object? item, double seconds) => TrySend(item, WaitLimit.Time(seconds));

    /// <summary>Sends an item if there is room in time.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">0 or more.</param>
    /// <exception cref="QueueClosedException">It was closed.</exception>
    public bool TrySend(object? item, TimeSpan timeout) => SendOne(item, 0, timeout, CancellationToken.None);

    /// <summary>Sends an item if there is room in time.</summary>
    /// <param name="item">The item.</param>
    /// <param name="priority">The lower, the sooner, in a priority queue.</param>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="QueueClosedException">It was closed.</exception>
    /// <exception cref="OperationCanceledException">Canceled: the item is not in the queue.</exception>
    public bool TrySend(object? item, double priority, TimeSpan? timeout, CancellationToken canceled) => SendOne(item, priority, timeout, canceled);

    /// <summary>Receives the next item; waits while the queue is empty.</summary>
    /// <exception cref="QueueClosedException">It was closed and is empty.</exception>
    public object? Receive()
    {
        using var reader = new QueueReader(this);
        return reader.Read(1, null, CancellationToken.None) == ReceiveOutcome.Items
            ? reader.Item
            : throw new QueueClosedException($"{this} was closed and is empty.");
    }

    /// <summary>Receives the next item if there is one.</summary>
    /// <param name="item">The item, or null.</param>
    public bool TryReceive(out object? item) => TryReceive(TimeSpan.Zero, out item);

    /// <summary>Receives the next item if there is one in time.</summary>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    /// <param name="item">The item, or null.</param>
    public bool TryReceive(double seconds, out object? item) => TryReceive(WaitLimit.Time(seconds), out item);

    /// <summary>Receives the next item if there is one in time.</summary>
    /// <param name="timeout">0 or more.</param>
    /// <param name="item">The item, or null.</param>
    public bool TryReceive(TimeSpan timeout, out object? item)
    {
        using var reader = new QueueReader(this);
        var isThere = reader.Read(1, timeout, CancellationToken.None) == ReceiveOutcome.Items;
        item = isThere ? reader.Item : null;
        return isThere;
    }

    /// <summary>Says that an item that was received is done: Python's <c>task_done()</c>.</summary>
    /// <exception cref="TooManyCompletionsException">No item is left to complete.</exception>
    public void Complete() => Complete(1);

    /// <summary>Says that items that were received are done, the oldest first.</summary>
    /// <param name="count">How many, 1 or more.</param>
    /// <exception cref="TooManyCompletionsException">Not that many are left to complete.</exception>
    public void Complete(int count)
    {
        Call(Request(HubOperation.Complete).Int32(count));
        CallerHoldings.Left(this, count);
    }

    /// <summary>Waits until every item that was sent has been completed: Python's <c>join()</c>.</summary>
    public void Wait() => Wait(null, CancellationToken.None);

    /// <summary>Waits until every item that was sent has been completed; false where they were not in time.</summary>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    public bool Wait(double seconds) => Wait(WaitLimit.Time(seconds), CancellationToken.None);

    /// <summary>Waits until every item that was sent has been completed.</summary>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <returns>Whether they were, in time.</returns>
    public bool Wait(TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        var reply = Call(Request(HubOperation.Wait, limit.Flags), limit, s_lateWait);
        return reply.IsStopped ? throw HubEnvironment.StopError() : reply.Read().Flag();
    }

    /// <summary>Closes it: nothing more can be sent; receivers get what is there, and then the end. A second call does nothing.</summary>
    public void Close() => Call(Request(HubOperation.Close));
}
