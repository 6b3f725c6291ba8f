using System.Buffers.Binary;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// The frame: payload length (4 bytes, little-endian), kind (1) with two bits, that more follows and that a descriptor came
/// beside the bytes, id (4), payload.
/// A payload is at most <see cref="MaxPayload"/> bytes, so a length field can never claim more than a reader holds ready.
/// </summary>
internal static class Frame
{
    internal const int HeaderSize = 9;
    internal const int MaxPayload = 64 * 1024;
    private const byte MoreFollows = 0x80;
    private const byte WithDescriptor = 0x40;

    internal static void Write(Span<byte> target, MessageKind kind, uint id, ReadOnlySpan<byte> payload, bool more, bool withDescriptor)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, payload.Length);
        target[4] = (byte)((byte)kind | (more ? MoreFollows : 0) | (withDescriptor ? WithDescriptor : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(target[5..], id);
        payload.CopyTo(target[HeaderSize..]);
    }

    /// <summary>Reads a header.</summary>
    /// <exception cref="ProtocolException">It breaks a rule.</exception>
    internal static FrameHeader ReadHeader(ReadOnlySpan<byte> source)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(source);
        if (length > MaxPayload)
        {
            throw new ProtocolException($"a frame claims {length} bytes; {MaxPayload} is the most");
        }

        var kind = (MessageKind)(source[4] & ~(MoreFollows | WithDescriptor));
        if (kind is < MessageKind.Request or > MessageKind.Notice)
        {
            throw new ProtocolException($"a frame has the unknown kind {(byte)kind}");
        }

        var more = (source[4] & MoreFollows) != 0;
        if (more && length == 0)
        {
            throw new ProtocolException("an empty frame says that more follows");
        }

        var withDescriptor = (source[4] & WithDescriptor) != 0;
        if (more && withDescriptor)
        {
            throw new ProtocolException("a frame has a descriptor and is not the last of its message");
        }

        return new FrameHeader(kind, BinaryPrimitives.ReadUInt32LittleEndian(source[5..]), (int)length, more, withDescriptor);
    }
}

/// <summary>What stands before a frame's payload.</summary>
/// <param name="Kind">What the message is.</param>
/// <param name="Id">Which request it belongs to.</param>
/// <param name="Length">How many bytes of payload follow.</param>
/// <param name="More">Whether another frame of the message follows.</param>
/// <param name="WithDescriptor">Whether a descriptor came with it.</param>
internal readonly record struct FrameHeader(MessageKind Kind, uint Id, int Length, bool More, bool WithDescriptor);

/// <summary>The other side of a channel broke a rule of the protocol; the channel is closed.</summary>
public sealed class ProtocolException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">The rule that was broken.</param>
    public ProtocolException(string reason)
        : base($"The channel was closed: {reason}.")
    {
    }
}
