using System.Collections;
using System.Collections.Specialized;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Values;

// Arrays, lists and dictionaries.
internal ref partial struct ValueReader
{
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

    private object?[] ReadObjectArray()
    {
        Enter();
        int count = ReadCount();
        var items = new object?[Math.Min(count, ValueLimits.PreSize)];
        for (int i = 0; i < count; i++)
        {
            if (i == items.Length)
            {
                Array.Resize(ref items, Math.Min(count, i * 2));
            }

            items[i] = ReadValue();
        }

        Leave();
        return items;
    }

    private ArrayList ReadArrayList()
    {
        Enter();
        int count = ReadCount();
        var items = new ArrayList(Math.Min(count, ValueLimits.PreSize));
        for (int i = 0; i < count; i++)
        {
            items.Add(ReadValue());
        }

        Leave();
        return items;
    }

    private List<object?> ReadObjectList()
    {
        Enter();
        int count = ReadCount();
        var items = new List<object?>(Math.Min(count, ValueLimits.PreSize));
        for (int i = 0; i < count; i++)
        {
            items.Add(ReadValue());
        }

        Leave();
        return items;
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

    private Hashtable ReadHashtable()
    {
        Enter();
        bool caseSensitive = ReadByte() != 0;
        int count = ReadCount(2);
        var table = new Hashtable(Math.Min(count, ValueLimits.PreSize), caseSensitive ? null : StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < count; i++)
        {
            object? key = ReadValue();
            object? value = ReadValue();

            // Null where the writer cut a key that contains its own table.
            if (key is not null)
            {
                table[key] = value;
            }
        }

        Leave();
        return table;
    }

    private OrderedDictionary ReadOrdered()
    {
        Enter();
        bool caseSensitive = ReadByte() != 0;
        int count = ReadCount(2);
        var table = new OrderedDictionary(Math.Min(count, ValueLimits.PreSize), caseSensitive ? null : StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < count; i++)
        {
            object? key = ReadValue();
            object? value = ReadValue();
            if (key is not null)
            {
                // By the key's name, never by the number it may be: an int would mean a position.
                if (table.Contains(key))
                {
                    table.Remove(key);
                }

                table.Add(key, value);
            }
        }

        Leave();
        return table;
    }
}
