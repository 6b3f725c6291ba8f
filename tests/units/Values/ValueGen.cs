using System.Collections;
using System.Collections.Specialized;
using System.Numerics;
using CsCheck;

namespace ProcConcurrency.Units.Values;

/// <summary>Random PowerShell values, nested a few levels.</summary>
internal static class ValueGen
{
    private static readonly Gen<string> s_text = Gen.OneOf(Gen.String, Gen.String[Gen.Char['a', 'z'], 0, 200], Gen.Char.Array.Select(c => new string(c)));

    public static readonly Gen<object?> Scalar = Gen.OneOf(
        Gen.Const((object?)null),
        Gen.Bool.Select(v => (object?)v),
        Gen.SByte.Select(v => (object?)v),
        Gen.Byte.Select(v => (object?)v),
        Gen.Short.Select(v => (object?)v),
        Gen.UShort.Select(v => (object?)v),
        Gen.Int.Select(v => (object?)v),
        Gen.UInt.Select(v => (object?)v),
        Gen.Long.Select(v => (object?)v),
        Gen.ULong.Select(v => (object?)v),
        Gen.Float.Select(v => (object?)v),
        Gen.Double.Select(v => (object?)v),
        Gen.Decimal.Select(v => (object?)v),
        Gen.Char.Select(v => (object?)v),
        s_text.Select(v => (object?)v),
        Gen.DateTime.Select(v => (object?)v),
        Gen.DateTimeOffset.Select(v => (object?)v),
        Gen.TimeSpan.Select(v => (object?)v),
        Gen.Guid.Select(v => (object?)v),
        Gen.Byte.Array.Select(v => (object?)new BigInteger(v)),
        Gen.Enum<DayOfWeek>().Select(v => (object?)v),
        Gen.Enum<ConsoleColor>().Select(v => (object?)v));

    public static readonly Gen<object?> Arrays = Gen.OneOf(
        Gen.Byte.Array.Select(v => (object?)v),
        Gen.Int.Array.Select(v => (object?)v),
        Gen.Long.Array.Select(v => (object?)v),
        Gen.Short.Array.Select(v => (object?)v),
        Gen.UShort.Array.Select(v => (object?)v),
        Gen.UInt.Array.Select(v => (object?)v),
        Gen.ULong.Array.Select(v => (object?)v),
        Gen.SByte.Array.Select(v => (object?)v),
        Gen.Double.Array.Select(v => (object?)v),
        Gen.Float.Array.Select(v => (object?)v),
        Gen.Bool.Array.Select(v => (object?)v),
        Gen.Char.Array.Select(v => (object?)v),
        Gen.Guid.Array.Select(v => (object?)v),
        Gen.DateTime.Array.Select(v => (object?)v),
        Gen.TimeSpan.Array.Select(v => (object?)v),
        Gen.Decimal.Array.Select(v => (object?)v),
        s_text.Array.Select(v => (object?)v),
        Gen.Int.List.Select(v => (object?)v),
        Gen.Guid.List.Select(v => (object?)v),
        s_text.List.Select(v => (object?)v));

    public static readonly Gen<object?> Any = Nested(3);

    private static Gen<object?> Nested(int depth)
    {
        if (depth == 0)
        {
            return Gen.OneOf(Scalar, Arrays);
        }

        Gen<object?> inner = Nested(depth - 1);
        Gen<object?[]> items = inner.Array[0, 5];
        Gen<(string, object?)[]> entries = Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 8], inner).Array[0, 5];
        return Gen.OneOf(
            Scalar,
            Arrays,
            items.Select(v => (object?)v),
            items.Select(v => (object?)new ArrayList(v)),
            items.Select(v => (object?)new List<object?>(v)),
            entries.Select(v => (object?)Fill(new Hashtable(StringComparer.OrdinalIgnoreCase), v)),
            entries.Select(v => (object?)Fill(new OrderedDictionary(StringComparer.OrdinalIgnoreCase), v)),
            entries.Select(v => (object?)Codec.Custom(v)));
    }

    private static IDictionary Fill(IDictionary table, (string Key, object? Value)[] entries)
    {
        foreach ((string key, object? value) in entries)
        {
            table[key] = value;
        }

        return table;
    }
}
