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
    internal static DictionaryKey Of(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var text = key switch
        {
            string value => "s" + value.ToUpperInvariant(),
            char value => "s" + char.ToUpperInvariant(value),
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
        return new DictionaryKey(text, HubEnvironment.Codec.Encode(key));
    }

    // Adding 0 makes 0 of -0.
    private static string OfDouble(double value) => string.Create(CultureInfo.InvariantCulture, $"d{value + 0.0:R}");
}
