using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>The way to a hub in another process: what is asked of it is posted.</summary>
/// <remarks>Thread-safe.</remarks>
public abstract class SendingHubPort : HubPort
{
    private protected SendingHubPort(long clientId)
        : base(clientId)
    {
    }

    /// <summary>
    /// In a child: sends what has to go before a request to any hub, for whoever is let go by that is to come after it. Waits for nothing,
    /// and gives what has not gone yet, or null.
    /// </summary>
    internal static Func<UnsentMessage?>? Preceding { private get; set; }

    private protected abstract IMessageSender Sender { get; }

    private protected override void SendRequest(uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
    {
        Sender.PostLent(MessageKind.Request, id, payload, descriptor is null ? null : DescriptorHandle.CopyOf(descriptor));
    }

    private protected override UnsentMessage? SendPreceding() => Preceding?.Invoke();

    private protected override void SendNotice(ReadOnlySpan<byte> payload, bool isInOrder)
    {
        if (isInOrder)
        {
            Sender.PostInOrder(MessageKind.Notice, HubProtocol.NoticeId, payload);
        }
        else
        {
            Sender.Post(MessageKind.Notice, HubProtocol.NoticeId, payload);
        }
    }

    private protected override bool Withdraw(uint id, ReadOnlySpan<byte> beginning) => Sender.Withdraw(MessageKind.Request, id, beginning);
}
