using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>The way to the session's hub, through this process's parent.</summary>
internal sealed class ChannelHubPort(IMessageSender sender, long clientId, string address) : SendingHubPort(clientId)
{
    /// <inheritdoc/>
    public override string Address => address;

    /// <summary>Sends what has to go before a request, for whoever is let go by that is to come after it.</summary>
    internal Action? Preceding { private get; set; }

    private protected override IMessageSender Sender => sender;

    private protected override void SendRequest(uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
    {
        Preceding?.Invoke();
        base.SendRequest(id, payload, descriptor);
    }
}
