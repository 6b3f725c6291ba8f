using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>Something that takes messages towards a hub.</summary>
public interface IHubSender
{
    /// <summary>Sends one message without waiting, perhaps with a descriptor, which is the sender's from now on.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null);

    /// <summary>Sends one message without waiting, and not before all has gone that was sent before it.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload);

    /// <summary>Takes a message back that begins with these bytes, where nothing of it has gone yet.</summary>
    bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning);
}

/// <summary>A process below this one, as the hub's messages reach it.</summary>
internal interface IHubLink : IHubSender
{
    /// <summary>The number that its parent gave it.</summary>
    long ClientId { get; }

    /// <summary>Its process id.</summary>
    int ProcessId { get; }

    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Whether a descriptor can go with what is sent to it: to all children, where the system has such.</summary>
    bool CarriesDescriptors => !OperatingSystem.IsWindows();
}

/// <summary>The way to a hub in another process, over a channel.</summary>
internal sealed class ChannelHubPort(IHubSender sender, long clientId, string address) : HubPort(clientId)
{
    /// <inheritdoc/>
    public override string Address => address;

    private protected override void SendRequest(uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) =>
        sender.Post(MessageKind.Request, id, payload, descriptor is null ? null : DescriptorHandle.CopyOf(descriptor));

    private protected override void SendNotice(ReadOnlySpan<byte> payload, bool isInOrder)
    {
        if (isInOrder)
        {
            sender.PostInOrder(MessageKind.Notice, HubProtocol.NoticeId, payload);
        }
        else
        {
            sender.Post(MessageKind.Notice, HubProtocol.NoticeId, payload);
        }
    }

    private protected override bool Withdraw(uint id, ReadOnlySpan<byte> beginning) => sender.Withdraw(MessageKind.Request, id, beginning);
}
