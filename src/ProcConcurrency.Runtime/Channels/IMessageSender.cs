using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>Something that takes messages towards another process, and never waits for it: a channel, or what has one.</summary>
/// <remarks>Thread-safe.</remarks>
public interface IMessageSender
{
    /// <summary>Sends one message without waiting, perhaps with a descriptor, which is the sender's from now on.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null);

    /// <summary>
    /// As <see cref="Post"/>, but of a message whose bytes its sender leaves as they are until it is answered: then no copy has to be
    /// made of what can't go at once.
    /// </summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    void PostLent(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor = null) => Post(kind, id, payload.Span, descriptor);

    /// <summary>Sends one message without waiting, and not before all has gone that was sent before it.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload);

    /// <summary>Takes a message back that begins with these bytes, where nothing of it has gone yet.</summary>
    bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning);
}
