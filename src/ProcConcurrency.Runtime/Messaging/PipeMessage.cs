using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>What a message is. The number is a byte on the wire: those of <see cref="StoredKind"/>, and one more.</summary>
internal enum PipeMessageKind : byte
{
    Encoded = StoredKind.Encoded,
    Int32 = StoredKind.Int32,
    Int64 = StoredKind.Int64,
    Double = StoredKind.Double,
    Bytes = 4,
}

/// <summary>A message that came out of a pipe: an object, or bytes.</summary>
/// <remarks>For one thread.</remarks>
public sealed class PipeMessage
{
    private readonly int _length;
    private byte[]? _payload;
    private object? _opened;

    /// <summary>Makes one.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="payload">They, and of a large object more: that is in a spare array, which is the message's.</param>
    internal PipeMessage(PipeMessageKind kind, int length, byte[] payload)
    {
        Kind = kind;
        _length = length;
        _payload = payload;
    }

    /// <summary>Whether it was sent as bytes.</summary>
    public bool IsBytes => Kind == PipeMessageKind.Bytes;

    internal PipeMessageKind Kind { get; }

    /// <summary>The bytes that were sent; of an object, nothing to be used.</summary>
    internal byte[] Payload => _payload ?? [];

    /// <summary>What was sent: an object, the same one each time, or an array of bytes.</summary>
    public object? Open()
    {
        if (Kind == PipeMessageKind.Bytes || _payload is not { } payload)
        {
            return _payload ?? _opened;
        }

        _opened = Kind == PipeMessageKind.Encoded
            ? HubEnvironment.Codec.Decode(new StoredValue(payload.AsMemory(0, _length), []))
            : new StoredValue((StoredKind)Kind, BitConverter.ToInt64(payload)).Number;
        _payload = null;
        SpareArrays.Recycle(payload.AsMemory(0, _length));
        return _opened;
    }
}
