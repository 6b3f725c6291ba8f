using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace ProcConcurrency.Values;

// Numbers, strings and the small value types of the base library.
internal sealed partial class ValueWriter
{
    // Three UTF-8 bytes a character at most: a length that fits one byte whatever the characters are.
    private const int ShortChars = 255 / 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteTag(ValueTag tag) => Take(1)[0] = (byte)tag;

    private void WriteTagged(ValueTag tag, byte value)
    {
        Span<byte> to = Take(2);
        to[0] = (byte)tag;
        to[1] = value;
    }

    private void WriteTagged(ValueTag tag, ushort value)
    {
        Span<byte> to = Take(3);
        to[0] = (byte)tag;
        BinaryPrimitives.WriteUInt16LittleEndian(to[1..], value);
    }

    private void WriteTagged(ValueTag tag, long value)
    {
        Span<byte> to = Take(9);
        to[0] = (byte)tag;
        BinaryPrimitives.WriteInt64LittleEndian(to[1..], value);
    }

    private void WriteVar(ulong value)
    {
        Span<byte> to = Take(10);
        int i = 0;
        while (value >= 0x80)
        {
            to[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[i++] = (byte)value;
        _length -= 10 - i;
    }

    private void WriteZigzag(long value) => WriteVar((ulong)((value << 1) ^ (value >> 63)));

    private void WriteInt32(int value)
    {
        if ((uint)value < 128)
        {
            Take(1)[0] = (byte)((int)ValueTag.SmallInt | value);
            return;
        }

        WriteTag(ValueTag.Int32);
        WriteZigzag(value);
    }

    private void WriteText(string? text)
    {
        if (text is null)
        {
            WriteTag(ValueTag.Null);
        }
        else
        {
            WriteString(text);
        }
    }

    private void WriteString(string text)
    {
        int start = _length;
        bool isShort = text.Length <= ShortChars;
        int header = isShort ? 2 : 5;
        if (text.Length > (Array.MaxLength - header) / 3)
        {
            WriteRawString(text);
            return;
        }

        Span<byte> to = Take(header + (text.Length * 3));
        if (Utf8.FromUtf16(text, to[header..], out _, out int bytes, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            _length = start;
            WriteRawString(text);
            return;
        }

        _length = start + header + bytes;
        if (isShort)
        {
            to[0] = (byte)ValueTag.ShortString;
            to[1] = (byte)bytes;
        }
        else
        {
            to[0] = (byte)ValueTag.LongString;
            BinaryPrimitives.WriteInt32LittleEndian(to[1..], bytes);
        }
    }

    private void WriteRawString(string text)
    {
        WriteTag(ValueTag.RawString);
        WriteVar((uint)text.Length);
        WriteRaw(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    private void WriteDecimal(decimal value)
    {
        Span<int> words = stackalloc int[4];
        decimal.GetBits(value, words);
        WriteRaw(MemoryMarshal.AsBytes(words));
    }

    private void WriteBigInteger(BigInteger value)
    {
        int count = value.GetByteCount();
        WriteTag(ValueTag.BigInteger);
        WriteVar((uint)count);
        value.TryWriteBytes(Take(count), out _);
    }

    // Local times travel as the instant they mean, as the far end may be in another time zone.
    private static long TimeBits(DateTime value) => value.Kind == DateTimeKind.Local ? value.ToBinary() : value.Ticks | ((long)value.Kind << 62);

    private void WriteScalar(TypeCode code, object value)
    {
        switch (code)
        {
            case TypeCode.Boolean:
                WriteTag((bool)value ? ValueTag.True : ValueTag.False);
                break;
            case TypeCode.Int32:
                WriteInt32((int)value);
                break;
            case TypeCode.Int64:
                WriteTag(ValueTag.Int64);
                WriteZigzag((long)value);
                break;
            case TypeCode.Double:
                WriteTagged(ValueTag.Double, BitConverter.DoubleToInt64Bits((double)value));
                break;
            case TypeCode.Byte:
                WriteTagged(ValueTag.Byte, (byte)value);
                break;
            case TypeCode.SByte:
                WriteTagged(ValueTag.SByte, (byte)(sbyte)value);
                break;
            case TypeCode.Int16:
                WriteTagged(ValueTag.Int16, (ushort)(short)value);
                break;
            case TypeCode.UInt16:
                WriteTagged(ValueTag.UInt16, (ushort)value);
                break;
            case TypeCode.Char:
                WriteTagged(ValueTag.Char, (char)value);
                break;
            case TypeCode.UInt32:
                WriteTag(ValueTag.UInt32);
                WriteVar((uint)value);
                break;
            case TypeCode.UInt64:
                WriteTag(ValueTag.UInt64);
                WriteVar((ulong)value);
                break;
            case TypeCode.Single:
                WriteTag(ValueTag.Single);
                BinaryPrimitives.WriteSingleLittleEndian(Take(4), (float)value);
                break;
            case TypeCode.Decimal:
                WriteTag(ValueTag.Decimal);
                WriteDecimal((decimal)value);
                break;
            case TypeCode.DateTime:
                WriteTagged(ValueTag.DateTime, TimeBits((DateTime)value));
                break;
            default:
                WriteTag(ValueTag.DBNull);
                break;
        }
    }

    /// <summary>The enums of scripts among what was written: whoever reads it needs them.</summary>
    public HashSet<Type> ScriptTypes { get; } = [];

    private void WriteEnum(object value, Type type)
    {
        if (type.Assembly.IsDynamic && ScriptEnums.IsOfScript(type))
        {
            ScriptTypes.Add(type);
        }

        WriteTag(ValueTag.Enum);
        WriteString(type.FullName ?? type.Name);
        TypeCode code = Type.GetTypeCode(type);
        WriteScalar(code, Convert.ChangeType(value, code, System.Globalization.CultureInfo.InvariantCulture));
    }
}
