using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>The way to the session's hub, through this process's parent.</summary>
internal sealed class ChannelHubPort(IMessageSender sender, long clientId, string address, bool hubIsNeighbour = true) : SendingHubPort(clientId)
{
    /// <inheritdoc/>
    public override string Address => address;

    /// <inheritdoc/>
    internal override bool HubIsNeighbour => hubIsNeighbour;

    private protected override string KnownHubId => Session.Current.HubId;

    private protected override IMessageSender Sender => sender;
}
