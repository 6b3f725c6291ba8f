namespace ProcConcurrency.Runtime.Messaging;

/// <summary>In which order a queue gives its items. The number is a byte on the wire.</summary>
public enum QueueKind : byte
{
    /// <summary>First in, first out: Python's <c>Queue</c>.</summary>
    Fifo = 0,

    /// <summary>Last in, first out: Python's <c>LifoQueue</c>.</summary>
    Lifo = 1,

    /// <summary>The lowest priority number first, among equals first in, first out: Python's <c>PriorityQueue</c>.</summary>
    Priority = 2,
}
