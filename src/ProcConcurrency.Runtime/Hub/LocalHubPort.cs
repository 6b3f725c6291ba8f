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

    /// <inheritdoc/>
    internal override bool HubIsNeighbour => false;

    private protected override string KnownHubId => _hub.Id;

    bool IHubReceiver.Deliver(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
    {
        // A small one is copied: its array is soon wanted again, and the caller would not give it back.
        var keeps = SpareArrays.IsSpare(payload.Length);
        OnOwnReply(kind, id, keeps ? payload : payload.ToArray(), descriptor);
        return keeps;
    }

    private protected override void SendRequest(uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
    {
        // The hub takes what it gets; the caller keeps its own.
        _hub.Execute(_self, id, payload.Span, descriptor is null ? null : DescriptorHandle.CopyOf(descriptor));
    }

    // It is in the hub.
    private protected override bool Withdraw(uint id, ReadOnlySpan<byte> beginning) => false;

    private protected override void SendNotice(ReadOnlySpan<byte> payload, bool isInOrder) => HubRouter.Notice(_hub, _self, payload);
}
