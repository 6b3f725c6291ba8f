using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>Takes what the hub sends to one process. Called outside the hub's gate, by whoever caused it.</summary>
internal interface IHubReceiver
{
    /// <summary>Whether a descriptor can go with what is sent to it.</summary>
    bool CarriesDescriptors => !OperatingSystem.IsWindows();

    /// <summary>
    /// One answer or fault, perhaps with a descriptor, which is the receiver's. Never throws; where the process is gone, it is dropped.
    /// </summary>
    /// <returns>Whether it keeps a large payload (<see cref="SpareArrays.IsSpare"/>), to recycle it itself.</returns>
    bool Deliver(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor);
}

/// <summary>A process as the hub knows it. All is guarded by the hub's gate.</summary>
/// <param name="id">Its number, chosen at random by its parent.</param>
/// <param name="processId">Its process id.</param>
/// <param name="name">Its name.</param>
/// <param name="receiver">Takes its answers.</param>
internal sealed class HubClient(long id, int processId, string name, IHubReceiver receiver)
{
    internal long Id => id;

    internal int ProcessId => processId;

    internal string Name => name;

    internal IHubReceiver Receiver => receiver;

    /// <summary>How often each object that it has handles to was counted for it: once, and again where an answer mentions it, until the process gives that back.</summary>
    internal ReferenceCounts References { get; } = new();

    /// <summary>Its calls that wait, by request id: a long, for there is a table of these in the framework's image.</summary>
    internal Dictionary<long, HubCall> Waiting { get; } = [];

    /// <summary>What it shares with the hub; null until it asks for it.</summary>
    internal LeasePage? Leases { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"'{name}' ({processId})";
}
