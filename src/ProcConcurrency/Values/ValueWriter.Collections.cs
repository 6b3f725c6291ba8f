using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Values;

// Arrays and lists.
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
        if (!TryWritePrimitives(array) && (array is object[] and { Length: > 0 } && array.GetType() == typeof(object[]) || !TryWriteCollection(array, array.GetType())))
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
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(Take(8), TimeBits(item));
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

    /// <summary>Any collection whose length is known: object[], a rectangular array (flattened), ArrayList, List of object.</summary>
    private void WriteItems(ValueTag tag, ICollection items)
    {
        if (!TryEnter(items))
        {
            return;
        }

        WriteTag(tag);
        if (items is object?[] array)
        {
            WriteVar((uint)array.Length);
            for (int i = 0; i < array.Length; i++)
            {
                WriteElement(array[i], i);
            }
        }
        else if (items is Array { Rank: > 1 } or Array { IsFixedSize: true } and not IList<object>)
        {
            WriteVar((uint)items.Count);
            int i = 0;
            foreach (object? item in items)
            {
                WriteElement(item, i++);
            }
        }
        else
        {
            var list = (IList)items;
            WriteVar((uint)list.Count);
            for (int i = 0, count = list.Count; i < count; i++)
            {
                // A list that another thread shortens meanwhile still yields what was announced.
                WriteElement(i < list.Count ? list[i] : null, i);
            }
        }

        Leave();
    }
}
