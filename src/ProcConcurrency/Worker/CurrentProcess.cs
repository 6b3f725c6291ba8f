namespace ProcConcurrency.Worker;

/// <summary>The process that a script runs in, as its parent named it.</summary>
public sealed class CurrentProcess
{
    private CurrentProcess()
    {
    }

    /// <summary>This process.</summary>
    public static CurrentProcess Instance { get; } = new();

    /// <summary>Its name: <c>MainProcess</c> in a session, the child's own name in a child.</summary>
    public string Name { get; internal set; } = "MainProcess";

    /// <summary>The operating system's id.</summary>
    public int ProcessId { get; } = Environment.ProcessId;

    /// <summary>The id of the process that started it as a child; null in a session.</summary>
    public int? ParentProcessId { get; internal set; }

    /// <summary>The secret that the session's processes share, made from its key: Python's <c>authkey</c>. Never shown.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Scripts ask a process for it.")]
    public System.Security.SecureString AuthKey => SessionAuthKey.Value;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
