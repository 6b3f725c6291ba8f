using System.Globalization;

namespace ProcConcurrency.Values;

/// <summary>How a collection compares texts, by its number on the wire.</summary>
internal enum TextOrder : byte
{
    /// <summary>As a collection does for which nobody chose.</summary>
    Default,

    /// <summary><see cref="StringComparer.OrdinalIgnoreCase"/>.</summary>
    OrdinalIgnoreCase,

    /// <summary><see cref="StringComparer.Ordinal"/>.</summary>
    Ordinal,

    /// <summary><see cref="StringComparer.InvariantCulture"/>.</summary>
    Invariant,

    /// <summary><see cref="StringComparer.InvariantCultureIgnoreCase"/>.</summary>
    InvariantIgnoreCase,

    /// <summary><see cref="StringComparer.CurrentCulture"/>: a child has its caller's.</summary>
    Current,

    /// <summary><see cref="StringComparer.CurrentCultureIgnoreCase"/>.</summary>
    CurrentIgnoreCase,
}

/// <summary>From a comparer of texts to its number, and back.</summary>
internal static class TextOrders
{
    /// <summary>The number of a comparer; of one of another culture, that of the reader's culture.</summary>
    public static TextOrder Of(StringComparer comparer)
    {
        if (StringComparer.IsWellKnownOrdinalComparer(comparer, out bool ignoresCase))
        {
            return ignoresCase ? TextOrder.OrdinalIgnoreCase : TextOrder.Ordinal;
        }

        ignoresCase = comparer.Equals("a", "A");
        return StringComparer.IsWellKnownCultureAwareComparer(comparer, out CompareInfo? culture, out _) && culture.Name.Length == 0
            ? (ignoresCase ? TextOrder.InvariantIgnoreCase : TextOrder.Invariant)
            : ignoresCase ? TextOrder.CurrentIgnoreCase : TextOrder.Current;
    }

    /// <summary>The comparer with this number, or null for the collection's own.</summary>
    public static StringComparer? At(TextOrder order) => order switch
    {
        TextOrder.Default => null,
        TextOrder.OrdinalIgnoreCase => StringComparer.OrdinalIgnoreCase,
        TextOrder.Ordinal => StringComparer.Ordinal,
        TextOrder.Invariant => StringComparer.InvariantCulture,
        TextOrder.InvariantIgnoreCase => StringComparer.InvariantCultureIgnoreCase,
        TextOrder.Current => StringComparer.CurrentCulture,
        TextOrder.CurrentIgnoreCase => StringComparer.CurrentCultureIgnoreCase,
        _ => throw new FormatException($"there is no order of texts {(byte)order}."),
    };
}
