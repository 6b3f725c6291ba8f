namespace ProcConcurrency.Runtime.Processes;

/// <summary>What is wrong with a host.</summary>
public enum RemoteHostFault
{
    /// <summary>ssh could not connect, the connection was lost, or nothing was heard for too long.</summary>
    Unreachable,

    /// <summary>There is no PowerShell on it, or not where it was said to be.</summary>
    EngineNotFound,

    /// <summary>Its PowerShell is older than 7.4.</summary>
    EngineTooOld,

    /// <summary>This machine has no ssh program.</summary>
    NoSsh,

    /// <summary>It is there, but a worker can't be started or set up on it.</summary>
    StartFailed,
}

/// <summary>A host can't be used, or no longer.</summary>
public sealed class RemoteHostException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="host">What the user calls the host.</param>
    /// <param name="fault">What is wrong.</param>
    /// <param name="message">What was tried, what came of it, and what to do.</param>
    /// <param name="inner">What was thrown for it; may be null.</param>
    public RemoteHostException(string host, RemoteHostFault fault, string message, Exception? inner = null)
        : base(message, inner)
    {
        HostName = host;
        Fault = fault;
    }

    /// <summary>An error about a host as one of these: it is one, or something on this machine keeps the host from being used.</summary>
    internal static RemoteHostException Of(string host, Exception error) =>
        error as RemoteHostException ?? new RemoteHostException(host, RemoteHostFault.Unreachable, $"'{host}' can't be used: {error.Message}", error);

    /// <summary>What the user calls the host.</summary>
    public string HostName { get; }

    /// <summary>What is wrong.</summary>
    public RemoteHostFault Fault { get; }

    /// <summary>The error with which the set-up of a worker failed on it, encoded; null where there is none.</summary>
    public byte[]? Reason { get; init; }

    /// <summary>Whether another try may help: the host was busy with other connections.</summary>
    internal bool IsPassing { get; init; }

    /// <summary>Whether the host was reached, but could not be made to run an agent in the way that was tried.</summary>
    internal bool IsOfBootstrap { get; init; }
}
