using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>What a message is to its receiver. The number is a byte on the wire, whose two high bits say that more of the message follows, and that a descriptor came with it.</summary>
public enum MessageKind : byte
{
    /// <summary>Asks for something; answered once by <see cref="Answer"/> or <see cref="Fault"/> with the same id.</summary>
    Request = 1,

    /// <summary>The result of a request.</summary>
    Answer = 2,

    /// <summary>A request failed; the payload says why.</summary>
    Fault = 3,

    /// <summary>News that nobody answers: records, results, tasks. Its id says what it tells.</summary>
    Notice = 4,
}

/// <summary>Takes a channel's messages. Called on the channel's own reading thread, one call at a time.</summary>
public interface IMessageHandler
{
    /// <summary>One whole message. The payload is valid during the call only.</summary>
    void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload);

    /// <summary>One whole message with a descriptor, which is the handler's from now on. One that takes none closes it.</summary>
    void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        descriptor.Dispose();
        OnMessage(kind, id, payload);
    }

    /// <summary>
    /// Asked when all that has come is handled: whether what comes next may lie for a moment, so that one wake-up of the reading
    /// thread serves many small messages.
    /// </summary>
    bool MayGather() => false;

    /// <summary>The last call: nothing more will come. <paramref name="cause"/> is null where the other side just closed.</summary>
    void OnClosed(Exception? cause);
}
