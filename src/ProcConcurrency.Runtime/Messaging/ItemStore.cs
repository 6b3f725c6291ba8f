using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>A queue's items in their order.</summary>
internal abstract class ItemStore
{
    internal abstract int Count { get; }

    internal static ItemStore Create(QueueKind kind) => kind switch
    {
        QueueKind.Fifo => new LineStore(),
        QueueKind.Lifo => new PileStore(),
        QueueKind.Priority => new PriorityStore(),
        _ => throw new HubFaultException(HubFault.InvalidArgument, $"There is no kind {(byte)kind} of queues."),
    };

    /// <summary>Adds a new item.</summary>
    internal abstract void Add(QueueItem item);

    /// <summary>Puts an item back that was taken: it is the next one again, or has its old place.</summary>
    internal abstract void PutBack(QueueItem item);

    /// <summary>Takes the next item; there is one.</summary>
    internal abstract QueueItem Take();

    private sealed class LineStore : ItemStore
    {
        private readonly Queue<QueueItem> _line = new();

        // Several receivers may give back at any time; whatever was taken is older than all that stands in line. Made when it is needed, for it
        // is compiled anew in each process.
        private PriorityQueue<QueueItem, long>? _front;

        internal override int Count => _line.Count + (_front?.Count ?? 0);

        internal override void Add(QueueItem item) => _line.Enqueue(item);

        internal override void PutBack(QueueItem item) => (_front ??= new()).Enqueue(item, item.Number);

        internal override QueueItem Take() => _front?.Count > 0 ? _front.Dequeue() : _line.Dequeue();
    }

    private sealed class PileStore : ItemStore
    {
        private readonly Stack<QueueItem> _pile = new();

        internal override int Count => _pile.Count;

        internal override void Add(QueueItem item) => _pile.Push(item);

        internal override void PutBack(QueueItem item) => _pile.Push(item);

        internal override QueueItem Take() => _pile.Pop();
    }

    private sealed class PriorityStore : ItemStore
    {
        private readonly PriorityQueue<QueueItem, (double Priority, long Number)> _heap = new();

        internal override int Count => _heap.Count;

        internal override void Add(QueueItem item) => _heap.Enqueue(item, (item.Priority, item.Number));

        internal override void PutBack(QueueItem item) => Add(item);

        internal override QueueItem Take() => _heap.Dequeue();
    }
}
