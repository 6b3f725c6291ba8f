namespace ProcConcurrency.Runtime.Hub;

/// <summary>A request failed in the hub; becomes a fault on its way to the caller.</summary>
internal sealed class HubFaultException(HubFault fault, string message) : Exception(message)
{
    internal HubFault Fault { get; } = fault;

    /// <summary>What the caller catches: .NET's own exception where it has one.</summary>
    internal static Exception ToException(HubFault fault, string message) => fault switch
    {
        HubFault.ObjectGone => new ObjectGoneException(message),
        HubFault.NameInUse => new NameInUseException(message),
        HubFault.LockRecursion => new LockRecursionException(message),
        HubFault.LockNotHeld => new LockNotHeldException(message),
        HubFault.SemaphoreOverRelease => new SemaphoreFullException(message),
        HubFault.BarrierBroken => new BarrierBrokenException(message),
        HubFault.KeyNotFound => new KeyNotFoundException(message),
        HubFault.IndexOutOfRange => new ArgumentOutOfRangeException(null, message),
        HubFault.QueueClosed => new QueueClosedException(message),
        HubFault.TooManyCompletions => new TooManyCompletionsException(message),
        HubFault.InUse => new InUseException(message),
        HubFault.PipeClosed => new PipeClosedException(message),
        HubFault.NotANumber => new ArithmeticException(message),
        _ => new ArgumentException(message),
    };
}

/// <summary>An object is no longer in its hub: it was removed, or the hub is gone.</summary>
public sealed class ObjectGoneException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is gone.</param>
    public ObjectGoneException(string message)
        : base(message)
    {
    }
}

/// <summary>A name belongs to an object of another kind.</summary>
public sealed class NameInUseException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which name, and what has it.</param>
    public NameInUseException(string message)
        : base(message)
    {
    }
}

/// <summary>A lock was left, or a condition used, by somebody who doesn't hold the lock.</summary>
public sealed class LockNotHeldException : SynchronizationLockException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Who holds it.</param>
    public LockNotHeldException(string message)
        : base(message)
    {
    }
}

/// <summary>A barrier is broken: a party died, ran out of time or aborted it. Python's <c>BrokenBarrierError</c>.</summary>
public sealed class BarrierBrokenException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What broke it.</param>
    public BarrierBrokenException(string message)
        : base(message)
    {
    }
}

/// <summary>A queue was closed: nothing can be sent to it, and where it is empty, nothing received.</summary>
public sealed class QueueClosedException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which queue.</param>
    public QueueClosedException(string message)
        : base(message)
    {
    }
}

/// <summary>More items were completed than had been received. Python's <c>ValueError</c> of <c>task_done()</c>.</summary>
public sealed class TooManyCompletionsException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which queue.</param>
    public TooManyCompletionsException(string message)
        : base(message)
    {
    }
}

/// <summary>An end of a pipe belongs to another process, or a socket that was sent has been taken by one.</summary>
public sealed class InUseException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What, and who has it.</param>
    public InUseException(string message)
        : base(message)
    {
    }
}

/// <summary>A pipe was closed, here or there: nothing more can be sent, and what had come was received.</summary>
public sealed class PipeClosedException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which end closed it, and how.</param>
    public PipeClosedException(string message)
        : base(message)
    {
    }
}
