using System.Globalization;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>
/// A dictionary's key: the text by which the hub tells keys apart, and the value as it was given. As in a hashtable of the
/// shell, strings differ by more than case, and whole numbers of any width are the same key when they are equal.
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
            double value => string.Create(CultureInfo.InvariantCulture, $"d{value:R}"),
            float value => string.Create(CultureInfo.InvariantCulture, $"d{(double)value:R}"),
            decimal value => string.Create(CultureInfo.InvariantCulture, $"m{value}"),
            bool value => value ? "b1" : "b0",
            Guid value => $"g{value:N}",
            DateTime value => string.Create(CultureInfo.InvariantCulture, $"t{value.ToBinary()}"),
            Enum value => $"e{value.GetType().FullName}.{value}",
            _ => throw new ArgumentException(
                $"A key of a shared dictionary is a string, number, bool, Guid, DateTime or enum, so that every process sees the same key; '{key.GetType()}' is none of these."),
        };
        return new DictionaryKey(text, HubEnvironment.Codec.Encode(key));
    }
}
