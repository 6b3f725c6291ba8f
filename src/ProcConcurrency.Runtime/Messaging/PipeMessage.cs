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
public readonly struct PipeMessage
{
    private readonly byte[] _payload;

    internal PipeMessage(PipeMessageKind kind, byte[] payload)
    {
        Kind = kind;
        _payload = payload;
    }

    /// <summary>Whether it was sent as bytes.</summary>
    public bool IsBytes => Kind == PipeMessageKind.Bytes;

    internal PipeMessageKind Kind { get; }

    /// <summary>The bytes that were sent; of an object, nothing to be used.</summary>
    internal byte[] Payload => _payload;

    /// <summary>What was sent: an object, or an array of bytes.</summary>
    public object? Open() => Kind switch
    {
        PipeMessageKind.Bytes => _payload,
        PipeMessageKind.Encoded => HubEnvironment.Codec.Decode(new StoredValue(_payload, [])),
        _ => new StoredValue((StoredKind)Kind, BitConverter.ToInt64(_payload)).Number,
    };
}
