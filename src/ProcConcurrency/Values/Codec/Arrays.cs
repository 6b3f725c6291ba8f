using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Values;

// Arrays and lists of numbers, texts and the like: one block, without a tag for each element.
internal sealed partial class ValueWriter
{
    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteTag(ValueTag.Bytes);
        WriteVar((uint)bytes.Length);
        WriteRaw(bytes);
    }

    private void WriteArray(Array array)
    {
        if (array.Rank > 1 && Rectangle.IsPlain(array))
        {
            WriteRectangle(array);
        }
        else if (!TryWritePrimitives(array) && (array is object[] and { Length: > 0 } && array.GetType() == typeof(object[]) || !TryWriteCollection(array, array.GetType())))
        {
            WriteItems(ValueTag.ObjectArray, array);
        }
    }

    private bool TryWritePrimitives(Array array)
    {
        // Exact types: the runtime would also take an int[] for a uint[], or an enum's array for its number's.
        Type type = array.GetType();
        if (type == typeof(byte[]))
        {
            WriteBytes((byte[])array);
        }
        else if (type == typeof(string[]))
        {
            WriteStrings((string?[])array);
        }
        else if (type == typeof(int[]))
        {
            WriteBlock<int>(ElementCode.Int32, (int[])array);
        }
        else if (type == typeof(double[]))
        {
            WriteBlock<double>(ElementCode.Double, (double[])array);
        }
        else if (type == typeof(long[]))
        {
            WriteBlock<long>(ElementCode.Int64, (long[])array);
        }
        else if (type == typeof(bool[]))
        {
            WriteBlock<bool>(ElementCode.Boolean, (bool[])array);
        }
        else if (type == typeof(char[]))
        {
            WriteBlock<char>(ElementCode.Char, (char[])array);
        }
        else
        {
            return type.GetElementType() is { IsValueType: true } element && TryWriteRarePrimitives(array, type, element);
        }

        return true;
    }

    private bool TryWriteRarePrimitives(Array array, Type type, Type element)
    {
        if (!type.IsSZArray)
        {
            return false;
        }

        if (element == typeof(float))
        {
            WriteBlock<float>(ElementCode.Single, (float[])array);
        }
        else if (element == typeof(uint))
        {
            WriteBlock<uint>(ElementCode.UInt32, (uint[])array);
        }
        else if (element == typeof(ulong))
        {
            WriteBlock<ulong>(ElementCode.UInt64, (ulong[])array);
        }
        else if (element == typeof(short))
        {
            WriteBlock<short>(ElementCode.Int16, (short[])array);
        }
        else if (element == typeof(ushort))
        {
            WriteBlock<ushort>(ElementCode.UInt16, (ushort[])array);
        }
        else if (element == typeof(sbyte))
        {
            WriteBlock<sbyte>(ElementCode.SByte, (sbyte[])array);
        }
        else if (element == typeof(Guid))
        {
            WriteBlock<Guid>(ElementCode.Guid, (Guid[])array);
        }
        else if (element == typeof(TimeSpan))
        {
            WriteBlock<TimeSpan>(ElementCode.TimeSpan, (TimeSpan[])array);
        }
        else if (element == typeof(DateTime))
        {
            WriteTimes((DateTime[])array);
        }
        else if (element == typeof(decimal))
        {
            WriteDecimals((decimal[])array);
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool TryWriteTypedList(object list)
    {
        int start = _length;
        WriteTag(ValueTag.TypedList);
        switch (list)
        {
            case List<string> strings:
                WriteStrings(CollectionsMarshal.AsSpan(strings));
                break;
            case List<int> numbers:
                WriteBlock<int>(ElementCode.Int32, CollectionsMarshal.AsSpan(numbers));
                break;
            case List<long> numbers:
                WriteBlock<long>(ElementCode.Int64, CollectionsMarshal.AsSpan(numbers));
                break;
            case List<double> numbers:
                WriteBlock<double>(ElementCode.Double, CollectionsMarshal.AsSpan(numbers));
                break;
            case List<byte> bytes:
                WriteBytes(CollectionsMarshal.AsSpan(bytes));
                break;
            case List<bool> bits:
                WriteBlock<bool>(ElementCode.Boolean, CollectionsMarshal.AsSpan(bits));
                break;
            case List<char> chars:
                WriteBlock<char>(ElementCode.Char, CollectionsMarshal.AsSpan(chars));
                break;
            case List<Guid> ids:
                WriteBlock<Guid>(ElementCode.Guid, CollectionsMarshal.AsSpan(ids));
                break;
            case List<DateTime> times:
                WriteTimes(CollectionsMarshal.AsSpan(times));
                break;
            case List<decimal> numbers:
                WriteDecimals(CollectionsMarshal.AsSpan(numbers));
                break;
            default:
                _length = start;
                return false;
        }

        return true;
    }

    private void WriteBlock<T>(ElementCode code, ReadOnlySpan<T> items)
        where T : unmanaged
    {
        long bytes = (long)items.Length * Unsafe.SizeOf<T>();
        WriteArrayHead(code, items.Length);
        if (bytes > Array.MaxLength)
        {
            Grow(Array.MaxLength);
        }

        WriteRaw(MemoryMarshal.AsBytes(items));
    }

    private void WriteArrayHead(ElementCode code, int count)
    {
        WriteTagged(ValueTag.PrimitiveArray, (byte)code);
        WriteVar((uint)count);
    }

    private void WriteTimes(ReadOnlySpan<DateTime> items)
    {
        WriteArrayHead(ElementCode.DateTime, items.Length);
        foreach (DateTime item in items)
        {
            BinaryPrimitives.WriteInt64LittleEndian(Take(8), TimeBits(item));
        }
    }

    private void WriteDecimals(ReadOnlySpan<decimal> items)
    {
        WriteArrayHead(ElementCode.Decimal, items.Length);
        foreach (decimal item in items)
        {
            WriteDecimal(item);
        }
    }

    private void WriteStrings(ReadOnlySpan<string?> items)
    {
        WriteTag(ValueTag.StringArray);
        WriteVar((uint)items.Length);
        foreach (string? item in items)
        {
            WriteText(item);
        }
    }
}

internal ref partial struct ValueReader
{
    private Array ReadPrimitiveArray()
    {
        switch ((ElementCode)ReadByte())
        {
            case ElementCode.Boolean:
                return Array.ConvertAll(ReadBlock<byte>(), static b => b != 0);
            case ElementCode.SByte:
                return ReadBlock<sbyte>();
            case ElementCode.Int16:
                return ReadBlock<short>();
            case ElementCode.UInt16:
                return ReadBlock<ushort>();
            case ElementCode.Int32:
                return ReadBlock<int>();
            case ElementCode.UInt32:
                return ReadBlock<uint>();
            case ElementCode.Int64:
                return ReadBlock<long>();
            case ElementCode.UInt64:
                return ReadBlock<ulong>();
            case ElementCode.Single:
                return ReadBlock<float>();
            case ElementCode.Double:
                return ReadBlock<double>();
            case ElementCode.Char:
                return ReadBlock<char>();
            case ElementCode.Guid:
                return ReadBlock<Guid>();
            case ElementCode.TimeSpan:
                return ReadBlock<TimeSpan>();
            case ElementCode.DateTime:
                return Array.ConvertAll(ReadBlock<long>(), DateTime.FromBinary);
            case ElementCode.Decimal:
                var decimals = new decimal[ReadCount(sizeof(decimal))];
                for (int i = 0; i < decimals.Length; i++)
                {
                    decimals[i] = ReadDecimal();
                }

                return decimals;
            default:
                _position--;
                Fail("there is no such element kind.");
                return Array.Empty<object>();
        }
    }

    private object ReadTypedList()
    {
        int at = _position;
        var tag = (ValueTag)ReadByte();
        object items = tag switch
        {
            ValueTag.Bytes => Take(ReadCount()).ToArray(),
            ValueTag.StringArray => ReadStringArray(),
            ValueTag.PrimitiveArray => ReadPrimitiveArray(),
            _ => at,
        };
        switch (items)
        {
            case string[] strings:
                return new List<string>(strings);
            case int[] numbers when numbers.GetType() == typeof(int[]):
                return new List<int>(numbers);
            case long[] numbers when numbers.GetType() == typeof(long[]):
                return new List<long>(numbers);
            case byte[] bytes when bytes.GetType() == typeof(byte[]):
                return new List<byte>(bytes);
            case double[] numbers:
                return new List<double>(numbers);
            case bool[] bits:
                return new List<bool>(bits);
            case char[] chars:
                return new List<char>(chars);
            case Guid[] ids:
                return new List<Guid>(ids);
            case DateTime[] times:
                return new List<DateTime>(times);
            case decimal[] numbers:
                return new List<decimal>(numbers);
            default:
                _position = at;
                Fail("there is no list of such elements.");
                return items;
        }
    }

    private T[] ReadBlock<T>()
        where T : unmanaged
    {
        int count = ReadCount(Unsafe.SizeOf<T>());
        if (count == 0)
        {
            return [];
        }

        var items = GC.AllocateUninitializedArray<T>(count);
        Take(count * Unsafe.SizeOf<T>()).CopyTo(MemoryMarshal.AsBytes(items.AsSpan()));
        return items;
    }

    private string?[] ReadStringArray()
    {
        int count = ReadCount();
        var items = new string?[Math.Min(count, ValueLimits.PreSize)];
        for (int i = 0; i < count; i++)
        {
            if (i == items.Length)
            {
                Array.Resize(ref items, Math.Min(count, i * 2));
            }

            items[i] = ReadText();
        }

        return items;
    }
}
