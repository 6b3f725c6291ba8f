namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Where a task of a pool is.
/// <code>
/// Queued -> Sent -> Running -> Done | Failed | Lost | Canceled
///    ^       |         |
///    +-------+---------+   given back by its worker; or to be tried again
/// </code>
/// </summary>
public enum PoolTaskState
{
    /// <summary>It waits for a worker, or for the time of its next attempt.</summary>
    Queued,

    /// <summary>A worker has it, and has not begun.</summary>
    Sent,

    /// <summary>A worker is at it.</summary>
    Running,

    /// <summary>It ended without an error.</summary>
    Done,

    /// <summary>It wrote an error, took too long, or could not be run at all.</summary>
    Failed,

    /// <summary>Its worker died.</summary>
    Lost,

    /// <summary>It was called off before it had ended.</summary>
    Canceled,
}

/// <summary>Why an attempt did not end well.</summary>
public enum PoolTaskCause
{
    /// <summary>There is nothing to say: it is not over, or it ended well.</summary>
    None,

    /// <summary>It wrote an error.</summary>
    Error,

    /// <summary>It was at its time limit.</summary>
    Timeout,

    /// <summary>Its worker died.</summary>
    Crash,

    /// <summary>It was called off.</summary>
    Canceled,

    /// <summary>What it was to run can't be set up in a worker.</summary>
    Definition,

    /// <summary>The pool can't start workers.</summary>
    Pool,
}
