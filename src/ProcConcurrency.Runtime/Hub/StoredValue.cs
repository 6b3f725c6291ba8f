using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>What form a stored value has. The number is a byte on the wire.</summary>
internal enum StoredKind : byte
{
    /// <summary>Bytes that only the ends understand.</summary>
    Encoded = 0,

    /// <summary>A 32-bit integer.</summary>
    Int32 = 1,

    /// <summary>A 64-bit integer.</summary>
    Int64 = 2,

    /// <summary>A double.</summary>
    Double = 3,
}

/// <summary>
/// A value as the hub keeps it: bytes that it never opens, or a number, which it can add to. Whoever has the bytes has the objects
/// that they mention, so that these live as long as the value does: the hub their ids, which it has counted, a process its
/// handles or references.
/// </summary>
public readonly struct StoredValue : IEquatable<StoredValue>
{
    private readonly long[]? _objects;

    /// <summary>Encoded bytes, in the process that encoded them.</summary>
    /// <param name="bytes">Kept, not copied.</param>
    /// <param name="handles">What the bytes mention.</param>
    public StoredValue(ReadOnlyMemory<byte> bytes, ProcObject[] handles)
    {
        Kind = StoredKind.Encoded;
        Bytes = bytes;
        Held = handles.Length == 0 ? null : handles;
    }

    /// <summary>Encoded bytes that came in a message.</summary>
    /// <param name="bytes">Kept, not copied.</param>
    /// <param name="objects">The ids of the hub's objects that the bytes mention.</param>
    /// <param name="held">In a process that received them: its references to these.</param>
    internal StoredValue(ReadOnlyMemory<byte> bytes, long[] objects, object? held)
    {
        Kind = StoredKind.Encoded;
        Bytes = bytes;
        Held = held;
        _objects = objects.Length == 0 ? null : objects;
    }

    /// <summary>A 32-bit integer.</summary>
    public StoredValue(int number)
        : this(StoredKind.Int32, number)
    {
    }

    /// <summary>A 64-bit integer.</summary>
    public StoredValue(long number)
        : this(StoredKind.Int64, number)
    {
    }

    /// <summary>A double.</summary>
    public StoredValue(double number)
        : this(StoredKind.Double, BitConverter.DoubleToInt64Bits(number))
    {
    }

    internal StoredValue(StoredKind kind, long bits)
    {
        Kind = kind;
        Bits = bits;
    }

    /// <summary>Whether it is a number, and not encoded.</summary>
    public bool IsNumber => Kind != StoredKind.Encoded;

    internal StoredKind Kind { get; }

    /// <summary>The encoded bytes; empty where <see cref="IsNumber"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What keeps the objects alive that the bytes mention, as long as it is there itself; null where they mention none.</summary>
    public object? Held { get; }

    /// <summary>In the hub: the objects that the bytes mention.</summary>
    internal long[] Objects => _objects ?? [];

    internal long Bits { get; }

    /// <summary>The number, boxed as what it is; null where the value is encoded.</summary>
    public object? Number => Kind switch
    {
        StoredKind.Int32 => (int)Bits,
        StoredKind.Int64 => Bits,
        StoredKind.Double => BitConverter.Int64BitsToDouble(Bits),
        _ => null,
    };

    /// <summary>Gives the array back of a value that was read as a spare one. Nobody may look at it any more.</summary>
    internal void Recycle() => SpareArrays.Recycle(Bytes);

    private double AsDouble => Kind == StoredKind.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    /// <summary>The sum of two numbers: of integers the narrowest integer that holds it, else a double.</summary>
    /// <exception cref="ArithmeticException">One is no number, or the sum has more than 64 bits.</exception>
    public static StoredValue operator +(StoredValue left, StoredValue right)
    {
        if (left.Kind == StoredKind.Encoded || right.Kind == StoredKind.Encoded)
        {
            throw new ArithmeticException("Only an Int32, Int64 or Double can be incremented; what is stored here is something else.");
        }

        if (left.Kind == StoredKind.Double || right.Kind == StoredKind.Double)
        {
            return new StoredValue(left.AsDouble + right.AsDouble);
        }

        var sum = checked(left.Bits + right.Bits);
        return left.Kind == StoredKind.Int32 && right.Kind == StoredKind.Int32 && sum == (int)sum ? new StoredValue((int)sum) : new StoredValue(sum);
    }

    /// <summary>As the operator.</summary>
    public static StoredValue Add(StoredValue left, StoredValue right) => left + right;

    /// <summary>Whether two values are the same: numbers by their worth, others by their bytes.</summary>
    public bool Equals(StoredValue other) => (Kind, other.Kind) switch
    {
        (StoredKind.Encoded, StoredKind.Encoded) => Bytes.Span.SequenceEqual(other.Bytes.Span),
        (StoredKind.Encoded, _) or (_, StoredKind.Encoded) => false,
        (StoredKind.Double, _) or (_, StoredKind.Double) => AsDouble.Equals(other.AsDouble),
        _ => Bits == other.Bits,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StoredValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind == StoredKind.Encoded ? Bytes.Length : AsDouble.GetHashCode();

    /// <summary>See <see cref="Equals(StoredValue)"/>.</summary>
    public static bool operator ==(StoredValue left, StoredValue right) => left.Equals(right);

    /// <summary>See <see cref="Equals(StoredValue)"/>.</summary>
    public static bool operator !=(StoredValue left, StoredValue right) => !left.Equals(right);
}

/// <summary>Turns values into their stored form and back: the one end that understands the bytes.</summary>
/// <remarks>Thread-safe.</remarks>
public interface IValueCodec
{
    /// <summary>Encodes a value, in its caller.</summary>
    /// <exception cref="ArgumentException">The value is bound to this process.</exception>
    StoredValue Encode(object? value);

    /// <summary>Encodes a value that the hub only passes on: a number or a text may carry more than its worth.</summary>
    /// <exception cref="ArgumentException">The value is bound to this process.</exception>
    StoredValue EncodeMessage(object? value) => Encode(value);

    /// <summary>A value itself, where a collection has it in a wrapper.</summary>
    object? Unwrap(object? value) => value;

    /// <summary>Decodes a value.</summary>
    object? Decode(StoredValue value);
}
