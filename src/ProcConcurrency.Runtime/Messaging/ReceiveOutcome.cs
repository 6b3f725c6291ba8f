namespace ProcConcurrency.Runtime.Messaging;

/// <summary>What a receiver is told. A byte on the wire.</summary>
public enum ReceiveOutcome : byte
{
    /// <summary>Nothing in time.</summary>
    Nothing = 0,

    /// <summary>Items follow, to the end of the answer.</summary>
    Items = 1,

    /// <summary>The queue was closed and is empty: nothing will come.</summary>
    Over = 2,

    /// <summary>The queue is full, and of items that this receiver passes: nothing can come in for it before another receives one of them.</summary>
    Stuck = 3,
}
