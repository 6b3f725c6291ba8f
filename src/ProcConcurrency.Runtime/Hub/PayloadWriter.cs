using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>Builds the bytes of one request or answer: numbers little-endian, texts and values with their length before them.</summary>
/// <remarks>Not for use by two threads at a time.</remarks>
/// <param name="mention">In the hub: told of each object that a value mentions.</param>
internal sealed class PayloadWriter(Action<long>? mention = null)
{
    // Larger arrays are spare ones.
    private const int MostOwned = 64 * 1024;
    private const int MostKept = 1 << 20;

    /// <summary>From here down a length says how many bytes of UTF-16 a text has.</summary>
    internal const int RawTextLength = -2;

    private byte[] _bytes = new byte[256];
    private int _length;

    // What the values hold that were written: theirs has to live until the hub has counted what they mention.
    private List<object>? _held;
    private HubPort? _port;

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    internal ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>A descriptor that is to go with the bytes; whoever sends them gives it on or closes it.</summary>
    internal SafeHandle? Attached { get; private set; }

    internal PayloadWriter Reset()
    {
        _length = 0;
        _held?.Clear();
        Attached = null;
        if (_bytes.Length > MostKept)
        {
            SpareArrays.Recycle(_bytes);
            _bytes = new byte[256];
        }

        return this;
    }

    /// <summary>What is written is for that hub: objects of other hubs are nothing that it could count.</summary>
    internal PayloadWriter For(HubPort port)
    {
        _port = port;
        return this;
    }

    /// <summary>The request has been answered: what its values hold is the hub's care now.</summary>
    internal void ReleaseHandles() => _held?.Clear();

    /// <summary>What its values hold, which is the caller's care from now on; null for nothing.</summary>
    internal object? TakeHeld()
    {
        var held = _held;
        _held = null;
        return held;
    }

    internal PayloadWriter Byte(byte value)
    {
        Take(1)[0] = value;
        return this;
    }

    internal PayloadWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    internal PayloadWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);
        return this;
    }

    internal PayloadWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);
        return this;
    }

    /// <summary>Objects, as <see cref="ObjectIds"/> has them.</summary>
    internal PayloadWriter Ids(ReadOnlySpan<long> ids)
    {
        ObjectIds.Write(Take(ObjectIds.Size(ids.Length)), ids);
        return this;
    }

    internal PayloadWriter Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        value.CopyTo(Take(value.Length));
        return this;
    }

    /// <summary>A text in UTF-8, or null as length -1. One with half of a surrogate pair in it, of which UTF-8 knows nothing, goes as it is, with a length below that.</summary>
    internal PayloadWriter Text(string? value)
    {
        if (value is null)
        {
            return Int32(-1);
        }

        var start = _length;
        var count = Encoding.UTF8.GetByteCount(value);
        Int32(count);
        if (Utf8.FromUtf16(value, Take(count), out _, out _, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            // Else texts that differ in that half alone would become one: one key, one name.
            _length = start;
            var bytes = MemoryMarshal.AsBytes(value.AsSpan());
            Int32(RawTextLength - bytes.Length);
            bytes.CopyTo(Take(bytes.Length));
        }

        return this;
    }

    internal PayloadWriter Value(StoredValue value)
    {
        Byte((byte)value.Kind);
        if (value.Kind != StoredKind.Encoded)
        {
            return Int64(value.Bits);
        }

        Bytes(value.Bytes.Span);
        if (value.Held is { } held)
        {
            (_held ??= []).Add(held);
        }

        var ids = value.Held is ProcObject[] handles ? Mentioned(handles) : value.Objects;
        if (mention is not null)
        {
            Array.ForEach(ids, mention);
        }

        return Ids(ids);
    }

    private long[] Mentioned(ProcObject[] handles)
    {
        foreach (var handle in handles)
        {
            if (handle.Port != _port)
            {
                _port?.KeepForeign(handle);
            }
        }

        return [.. handles.Where(handle => handle.Port == _port).Select(static handle => handle.Id)];
    }

    /// <summary>What was written, in a spare array that the caller gives back; nothing is left here.</summary>
    internal (byte[] Bytes, int Length) HandOver()
    {
        var (bytes, length) = (_bytes, _length);
        if (bytes.Length > MostOwned)
        {
            _bytes = new byte[256];
        }
        else
        {
            bytes = SpareArrays.Rent(length);
            Written.CopyTo(bytes);
        }

        _length = 0;
        return (bytes, length);
    }

    /// <summary>Hands a socket over: as a descriptor beside the bytes, or as bytes that only that process can use.</summary>
    internal PayloadWriter Socket(ParkedSocket socket, int processId)
    {
        Attached = socket.Descriptor;
        return Bytes(socket.Descriptor is null ? socket.HandOver(processId) : []);
    }

    /// <summary>Has a descriptor go with the bytes.</summary>
    internal void Descriptor(SafeHandle descriptor) => Attached = descriptor;

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Grow(Math.Max(checked(_length + count), (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    private void Grow(int size)
    {
        var larger = size > MostOwned ? SpareArrays.Rent(size) : new byte[size];
        Written.CopyTo(larger);
        if (_bytes.Length > MostOwned)
        {
            SpareArrays.Recycle(_bytes);
        }

        _bytes = larger;
    }
}
