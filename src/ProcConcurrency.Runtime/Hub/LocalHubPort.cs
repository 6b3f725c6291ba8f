using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>The way to a hub in this process: a call, on the caller's thread.</summary>
internal sealed class LocalHubPort : HubPort, IHubReceiver
{
    private readonly Hub _hub;
    private readonly HubClient _self;

    internal LocalHubPort(Hub hub, long clientId, string name)
        : base(clientId)
    {
        _hub = hub;
        _self = hub.Open(clientId, Environment.ProcessId, name, this);
    }

    /// <inheritdoc/>
    public override string Address => string.Empty;

    void IHubReceiver.Deliver(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) =>
        OnReply(kind, id, payload, descriptor);

    private protected override void SendRequest(uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor)
    {
        // The hub takes what it gets; the caller keeps its own.
        _hub.Execute(_self, id, payload, descriptor is null ? null : DescriptorHandle.CopyOf(descriptor));
    }

    private protected override void SendNotice(ReadOnlySpan<byte> payload) => HubRouter.Notice(_hub, _self, payload);
}
