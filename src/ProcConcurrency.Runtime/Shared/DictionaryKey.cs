using System.Globalization;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>
/// A dictionary's key: the text by which the hub tells keys apart, and the value as it was given. As in a hashtable of the
/// shell, strings differ by more than case, and values that are equal are the same key: 1.5 and 1.50, 0 and -0, a time whatever
/// its kind, and besides, whole numbers of any width.
/// </summary>
/// <param name="Text">The canonical text.</param>
/// <param name="Value">The key itself.</param>
internal readonly record struct DictionaryKey(string Text, StoredValue Value)
{
    internal static DictionaryKey Of(object key) => new(TextOf(key), HubEnvironment.Codec.Encode(key));

    /// <summary>The canonical text of a key.</summary>
    internal static string TextOf(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key switch
        {
            string value => "s" + OfText(value),
            char value => "s" + OfText(value.ToString()),
            sbyte or byte or short or ushort or int or uint or long or ulong => string.Create(CultureInfo.InvariantCulture, $"n{key}"),
            double value => OfDouble(value),
            float value => OfDouble(value),
            decimal value => string.Create(CultureInfo.InvariantCulture, $"m{value:G29}"),
            bool value => value ? "b1" : "b0",
            Guid value => $"g{value:N}",
            DateTime value => string.Create(CultureInfo.InvariantCulture, $"t{value.Ticks}"),
            Enum value => $"e{value.GetType().FullName}.{value}",
            _ => throw new ArgumentException(
                $"A key of a shared dictionary is a string, number, bool, Guid, DateTime or enum, so that every process sees the same key; '{key.GetType()}' is none of these."),
        };
    }

    // A hashtable compares as OrdinalIgnoreCase does, which keeps a few characters apart that have one upper case: 's' and the long one.
    private static string OfText(string value)
    {
        var upper = value.ToUpperInvariant();
        if (StringComparer.OrdinalIgnoreCase.Equals(upper, value))
        {
            return upper;
        }

        return string.Create(value.Length, (value, upper), static (characters, texts) =>
        {
            for (var i = 0; i < characters.Length; i++)
            {
                var isSame = texts.value.AsSpan(i, 1).Equals(texts.upper.AsSpan(i, 1), StringComparison.OrdinalIgnoreCase);
                characters[i] = isSame || char.IsSurrogate(texts.value[i]) ? texts.upper[i] : texts.value[i];
            }
        });
    }

    // Adding 0 makes 0 of -0.
    private static string OfDouble(double value) => string.Create(CultureInfo.InvariantCulture, $"d{value + 0.0:R}");
}
