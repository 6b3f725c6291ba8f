namespace ProcConcurrency.Runtime.Messaging;

/// <summary>A bounded queue had no room in time. Python's <c>queue.Full</c>.</summary>
public sealed class QueueFullException : TimeoutException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which queue.</param>
    public QueueFullException(string message)
        : base(message)
    {
    }
}

/// <summary>A queue had no item in time. Python's <c>queue.Empty</c>.</summary>
public sealed class QueueEmptyException : TimeoutException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which queue.</param>
    public QueueEmptyException(string message)
        : base(message)
    {
    }
}
