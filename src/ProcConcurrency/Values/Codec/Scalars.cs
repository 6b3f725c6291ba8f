using System.Buffers.Binary;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Values;

// Tags, numbers, times and enums.
internal sealed partial class ValueWriter
{
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

    private void WriteOptional(int? number)
    {
        if (number is { } known)
        {
            WriteInt32(known);
        }
        else
        {
            WriteTag(ValueTag.Null);
        }
    }

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
        string name = type.FullName ?? type.Name;
        if (type.Assembly.IsDynamic && ScriptEnums.IsOfScript(type))
        {
            // That of a function has its name before its own; where it goes, it is known by its own.
            name = type.Name;
            ScriptEnums.Expect(type);
            ScriptTypes.Add(type);
        }

        TypeCode code = Type.GetTypeCode(type);
        object number = Convert.ChangeType(value, code, CultureInfo.InvariantCulture);
        if (!FrameworkEnums.IsKnownEverywhere(type))
        {
            WriteNamedNumber(name, value.ToString(), number);
            return;
        }

        WriteTag(ValueTag.Enum);
        WriteString(name);
        WriteScalar(code, number);
    }

    /// <summary>An enum that the reader may not have, or that was not known where it came from.</summary>
    private void WriteNamedNumber(string typeName, string? text, object number)
    {
        WriteTag(ValueTag.NamedNumber);
        WriteString(typeName);
        WriteText(text);
        WriteScalar(Type.GetTypeCode(number.GetType()), number);
    }
}

internal ref partial struct ValueReader
{
    /// <summary>Reads a byte that is no value, as <see cref="ValueWriter.WriteByte"/> writes it.</summary>
    /// <exception cref="ValueFormatException">There is none.</exception>
    public byte ReadByte()
    {
        if (_position >= _data.Length)
        {
            Fail("it ends early.");
        }

        return _data[_position++];
    }

    private long ReadFixed64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    private ushort ReadFixed16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    private ulong ReadVar()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = ReadByte();
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        Fail("a number has more than 64 bits.");
        return 0;
    }

    private uint ReadVar32()
    {
        ulong value = ReadVar();
        if (value > uint.MaxValue)
        {
            Fail("a number has more than 32 bits.");
        }

        return (uint)value;
    }

    private long ReadZigzag()
    {
        ulong folded = ReadVar();
        return (long)(folded >> 1) ^ -(long)(folded & 1);
    }

    private int ReadZigzag32()
    {
        long value = ReadZigzag();
        if (value != (int)value)
        {
            Fail("a number has more than 32 bits.");
        }

        return (int)value;
    }

    /// <summary>A number of things that take at least <paramref name="size"/> bytes each.</summary>
    private int ReadCount(int size = 1)
    {
        ulong count = ReadVar();
        if (count > (ulong)(Left / size))
        {
            Fail($"{count} elements announced, {Left} bytes left.");
        }

        return (int)count;
    }

    private int ReadInt32()
    {
        int at = _position;
        if (ReadPart() is int number)
        {
            return number;
        }

        _position = at;
        Fail("a 32-bit number was expected.");
        return 0;
    }

    private int? ReadOptional()
    {
        if (_position < _data.Length && _data[_position] == (byte)ValueTag.Null)
        {
            _position++;
            return null;
        }

        return ReadInt32();
    }

    private decimal ReadDecimal()
    {
        Span<int> words = stackalloc int[4];
        Take(16).CopyTo(MemoryMarshal.AsBytes(words));
        return new decimal(words);
    }

    /// <summary>The enum of .NET or PowerShell; the number where these have none of the name.</summary>
    private object ReadEnum()
    {
        string name = ReadRequiredText();
        object number = ReadWholeNumber();
        return ToEnum(Find(name, FrameworkEnums.Find, ref _unknownTypes), number) ?? number;
    }

    private static object? ToEnum(Type? type, object number) =>
        type is not null && Enum.GetUnderlyingType(type) == number.GetType() ? Enum.ToObject(type, number) : null;

    // A name that nothing here has is looked for in every assembly: once in these bytes, and after so many such names no more.
    private static Type? Find(string name, Func<string, Type?> find, ref HashSet<string>? unknownNames)
    {
        if (unknownNames is { } unknown && (unknown.Count == ValueLimits.UnknownTypes || unknown.Contains(name)))
        {
            return null;
        }

        Type? type = find(name);
        if (type is null)
        {
            (unknownNames ??= []).Add(name);
        }

        return type;
    }

    /// <summary>
    /// The enum that a script here has defined, or one of .NET or PowerShell that is loaded here, if it calls the number the same; else
    /// the number with the text that it had, as PowerShell remoting makes it.
    /// </summary>
    private object ReadNamedNumber()
    {
        string name = ReadRequiredText();
        string? text = ReadText();
        object value = ReadWholeNumber();
        if (ToEnum(Find(name, static it => ScriptEnums.Find(it) ?? FrameworkEnums.FindByNamespace(it), ref _unknownEnums), value) is { } known && known.ToString() == text)
        {
            return known;
        }

        var number = new PSObject(value);
        SetTypeNames(number, [DeserializedName.Of(name), DeserializedName.Of("System.Enum"), DeserializedName.Of("System.ValueType"), DeserializedName.Of("System.Object")]);
        BagText.Set(number, text ?? string.Empty);
        return number;
    }

    private object ReadWholeNumber()
    {
        int at = _position;
        object? number = ReadPart();
        if (number is null || !number.GetType().IsPrimitive || number is double or float or char or bool)
        {
            _position = at;
            Fail("an enum is a whole number.");
        }

        return number;
    }

    /// <summary>A dictionary's key: who looks it up by its number, or by the name of a type that is not known here, finds it.</summary>
    private object? ReadKey()
    {
        object? key = ReadValue();
        return key switch
        {
            PSObject { BaseObject: ValueType number } => number,
            PSObject { BaseObject: PSCustomObject } bag when bag.TypeNames is [NameOfType, ..] => bag.ToString(),
            _ => key,
        };
    }
}
