using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Jobs;

/// <summary>
/// A hub in a server process of its own, to which unrelated sessions connect: Python's <c>BaseManager</c>. From
/// Start-ProcManager it is the server's owner, from Connect-ProcManager one of its users.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcManager
{
    private readonly string? _key;

    internal ProcManager(ConnectedHubPort port, string? key, ManagerServer? server)
    {
        ConnectedPort = port;
        _key = key;
        Server = server;
    }

    /// <summary>Where others connect.</summary>
    public string Address => ConnectedPort.Address;

    /// <summary>The server's process id; null where another session started it.</summary>
    public int? ProcessId => Server?.ProcessId;

    /// <summary>Whether its objects can be used.</summary>
    public bool IsConnected => ConnectedPort.IsConnected;

    /// <summary>What the server has refused, oldest first, the last 1,000; empty where another session started it.</summary>
    public IReadOnlyList<string> Log => Server?.Log ?? [];

    /// <summary>The way to its hub.</summary>
    internal HubPort Port => ConnectedPort;

    internal ConnectedHubPort ConnectedPort { get; }

    internal ManagerServer? Server { get; }

    /// <summary>The text that others give as -AuthKey; null where another session made it. Kept out of what is shown.</summary>
    public string? GetAuthKey() => _key;

    /// <inheritdoc/>
    public override string ToString() => Address;
}
