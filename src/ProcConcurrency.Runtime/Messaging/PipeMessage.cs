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

    /// <summary>As <see cref="Encoded"/>, and before it the objects that it mentions (<see cref="ObjectIds"/>).</summary>
    Mentioning = 5,
}

/// <summary>A message that came out of a pipe: an object, or bytes.</summary>
/// <remarks>For one thread.</remarks>
public sealed class PipeMessage
{
    private readonly int _length;
    private byte[]? _payload;
    private object? _opened;
    private object? _held;
    private int _start;

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

        _opened = Kind is PipeMessageKind.Encoded or PipeMessageKind.Mentioning
            ? HubEnvironment.Codec.Decode(new StoredValue(payload.AsMemory(_start, _length - _start), [], _held))
            : new StoredValue((StoredKind)Kind, BitConverter.ToInt64(payload)).Number;
        _held = null;
        _payload = null;
        SpareArrays.Recycle(payload.AsMemory(0, _length));
        return _opened;
    }

    /// <summary>Where it mentions objects: from now on this process holds them, as long as it has the message.</summary>
    /// <returns>Their ids.</returns>
    /// <exception cref="PipeClosedException">It says that it mentions more than it has room for.</exception>
    internal long[] Hold(ReferenceTable references)
    {
        if (Kind != PipeMessageKind.Mentioning)
        {
            return [];
        }

        ReadOnlySpan<byte> payload = _payload.AsSpan(0, _length);
        if (!ObjectIds.TryRead(ref payload, out var ids))
        {
            throw new PipeClosedException("What the other end of the pipe sent is no message.");
        }

        _start = _length - payload.Length;
        _held = references.Hold(ids, isCounted: false);
        return ids;
    }

    /// <summary>The payload of a message that mentions objects.</summary>
    internal static byte[] Mention(long[] ids, ReadOnlySpan<byte> encoded)
    {
        var payload = new byte[ObjectIds.Size(ids.Length) + encoded.Length];
        encoded.CopyTo(ObjectIds.Write(payload, ids));
        return payload;
    }
}
