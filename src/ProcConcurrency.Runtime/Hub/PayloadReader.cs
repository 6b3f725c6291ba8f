using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>Reads what <see cref="PayloadWriter"/> wrote, from bytes that nobody vouches for.</summary>
/// <param name="payload">The bytes, read in place.</param>
/// <param name="attachment">What came with them, or null.</param>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload, Attachment? attachment = null)
{
    private readonly ReadOnlyMemory<byte> _owned;
    private ReadOnlySpan<byte> _left = payload;
    private readonly Attachment? _attachment = attachment;

    private readonly object? _held;

    /// <summary>Reads bytes that nobody changes any more: values that are read keep them, and are no copies.</summary>
    /// <param name="owned">The bytes.</param>
    /// <param name="attachment">What came with them, or null.</param>
    /// <param name="held">This process's references to what the values mention.</param>
    internal PayloadReader(ReadOnlyMemory<byte> owned, Attachment? attachment = null, object? held = null)
        : this(owned.Span, attachment) => (_owned, _held) = (owned, held);

    internal readonly bool AtEnd => _left.IsEmpty;

    /// <summary>What has not been read.</summary>
    internal readonly ReadOnlySpan<byte> Rest => _left;

    internal byte Byte() => Take(1)[0];

    internal bool Flag() => Byte() != 0;

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    internal ReadOnlySpan<byte> Bytes() => Take(Int32());

    internal string? Text()
    {
        var length = Int32();
        return length switch
        {
            -1 => null,
            <= PayloadWriter.RawTextLength => new string(MemoryMarshal.Cast<byte, char>(Take(PayloadWriter.RawTextLength - length))),
            _ => Encoding.UTF8.GetString(Take(length)),
        };
    }

    /// <summary>Reads what <see cref="ObjectIds"/> wrote.</summary>
    internal long[] Ids() => ObjectIds.TryRead(ref _left, out var ids) ? ids : throw new ProtocolException("a message names more objects than it has room for");

    internal StoredValue Value() => Value(isSpare: false);

    /// <summary>Reads a value; a large one's bytes into a spare array.</summary>
    internal StoredValue SpareValue() => Value(isSpare: true);

    private StoredValue Value(bool isSpare)
    {
        var kind = (StoredKind)Byte();
        if (kind is StoredKind.Int32 or StoredKind.Int64 or StoredKind.Double)
        {
            return new StoredValue(kind, Int64());
        }

        if (kind != StoredKind.Encoded)
        {
            throw new ProtocolException($"a value has the unknown kind {(byte)kind}");
        }

        var bytes = isSpare ? SpareArrays.Keep(Bytes()) : Kept(Bytes());
        var objects = Ids();
        return new StoredValue(bytes, objects, objects.Length == 0 ? null : _held);
    }

    /// <summary>What was just taken, for longer than the payload may live.</summary>
    private readonly ReadOnlyMemory<byte> Kept(ReadOnlySpan<byte> taken) => _owned.IsEmpty
        ? taken.ToArray()
        : _owned.Slice(_owned.Length - _left.Length - taken.Length, taken.Length);

    /// <summary>The socket that <see cref="PayloadWriter.Socket"/> wrote; the caller's from now on.</summary>
    internal ParkedSocket Socket()
    {
        var bytes = Bytes();
        return bytes.Length > 0
            ? ParkedSocket.Open(bytes)
            : ParkedSocket.Adopt(_attachment?.Take() ?? throw new ProtocolException("a message of the hub says that a descriptor came with it, and none did"));
    }

    /// <summary>The descriptor that came with the bytes, the caller's from now on; or null.</summary>
    internal readonly SafeHandle? Descriptor() => _attachment?.Take();

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_left.Length)
        {
            throw new ProtocolException("a message ends early");
        }

        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
