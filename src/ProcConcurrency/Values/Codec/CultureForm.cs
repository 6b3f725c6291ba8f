using System.Globalization;
using System.Reflection;

namespace ProcConcurrency.Values;

/// <summary>
/// A culture: its name, then of one that can be changed the name and the value of what differs from the stock culture of that name,
/// in how numbers and times are written. Its lists of names (of days, of months) and its calendar are the stock ones.
/// </summary>
internal static class CultureForm
{
    // Only these are ever set by a name from the wire; the one last that setting others resets.
    private static readonly Dictionary<string, PropertyInfo> s_settable = typeof(NumberFormatInfo).GetProperties().Concat(typeof(DateTimeFormatInfo).GetProperties())
        .Where(static it => it.CanWrite && (it.PropertyType == typeof(string) || it.PropertyType == typeof(int) || it.PropertyType == typeof(int[]) || it.PropertyType.IsEnum))
        .OrderBy(static it => it.Name == nameof(DateTimeFormatInfo.FullDateTimePattern))
        .ToDictionary(static it => it.Name);

    public static object[] Apart(CultureInfo culture)
    {
        if (culture.IsReadOnly)
        {
            return [culture.Name];
        }

        var parts = new List<object> { culture.Name };
        CultureInfo stock = CultureInfo.GetCultureInfo(culture.Name);
        foreach (PropertyInfo property in s_settable.Values)
        {
            object value = ToPart(property.GetValue(OwnerOf(property, culture))!);
            object usual = ToPart(property.GetValue(OwnerOf(property, stock))!);
            if (value is byte[] sizes ? !sizes.AsSpan().SequenceEqual((byte[])usual) : !value.Equals(usual))
            {
                parts.Add(property.Name);
                parts.Add(value);
            }
        }

        return parts.Count == 1 ? [culture.Name, string.Empty] : [.. parts];
    }

    public static CultureInfo Make(FrameworkParts parts)
    {
        if (parts.Count == 1)
        {
            return CultureInfo.GetCultureInfo(parts.Text(0));
        }

        var culture = new CultureInfo(parts.Text(0), useUserOverride: false);
        for (int i = 1; i + 1 < parts.Count; i += 2)
        {
            // Another version of .NET may lack one.
            if (s_settable.TryGetValue(parts.Text(i), out PropertyInfo? property))
            {
                Type type = property.PropertyType;
                property.SetValue(
                    OwnerOf(property, culture),
                    type == typeof(string) ? parts.Text(i + 1)
                    : type == typeof(int[]) ? Array.ConvertAll(parts.Bytes(i + 1), static size => (int)size)
                    : type.IsEnum ? Enum.ToObject(type, parts.Int32(i + 1))
                    : parts.Int32(i + 1));
            }
        }

        return culture;
    }

    private static object OwnerOf(PropertyInfo property, CultureInfo culture) =>
        property.DeclaringType == typeof(NumberFormatInfo) ? culture.NumberFormat : culture.DateTimeFormat;

    // A group has at most nine digits.
    private static object ToPart(object value) => value switch
    {
        int[] sizes => Array.ConvertAll(sizes, static size => (byte)size),
        Enum number => Convert.ToInt32(number, CultureInfo.InvariantCulture),
        _ => value,
    };
}
