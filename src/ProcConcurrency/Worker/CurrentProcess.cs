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

    /// <inheritdoc/>
    public override string ToString() => Name;
}
