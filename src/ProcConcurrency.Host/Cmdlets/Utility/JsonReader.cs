using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>JSON as objects, or as ordered tables.</summary>
internal sealed partial class JsonReader(bool asTable)
{
    internal object? Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => asTable ? Table(element) : Object(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Read).ToArray(),
        JsonValueKind.String => Text(element),
        JsonValueKind.Number => Number(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private PSObject Object(JsonElement element)
    {
        var result = new PSObject();
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name.Length == 0)
            {
                throw new InvalidOperationException(
                    "The provided JSON includes a property whose name is an empty string; use -AsHashtable.");
            }

            if (result.Properties[property.Name] is { } same)
            {
                if (same.Name != property.Name)
                {
                    throw new JsonKeyCaseException(
                        $"The JSON has keys that differ only in case: '{same.Name}' and '{property.Name}'; use -AsHashtable.");
                }

                same.Value = Read(property.Value);
                continue;
            }

            result.Properties.Add(new PSNoteProperty(property.Name, Read(property.Value)), preValidated: true);
        }

        return result;
    }

    private OrderedHashtable Table(JsonElement element)
    {
        var result = new OrderedHashtable();
        foreach (var property in element.EnumerateObject())
        {
            result[property.Name] = Read(property.Value);
        }

        return result;
    }

    private static object Text(JsonElement element)
    {
        var text = element.GetString()!;
        // ISO moments become dates, as the real one's reader makes them.
        return text.Length >= 19 && IsoMoment().IsMatch(text)
            && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var moment)
            ? moment
            : text;
    }

    private static object Number(JsonElement element)
    {
        var raw = element.GetRawText();
        if (raw.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            return element.TryGetInt64(out var whole) ? (object)whole : BigInteger.Parse(raw, CultureInfo.InvariantCulture);
        }

        return element.GetDouble();
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$", RegexOptions.CultureInvariant)]
    private static partial Regex IsoMoment();
}

/// <summary>Two keys of one object differ only in case.</summary>
internal sealed class JsonKeyCaseException(string message) : InvalidOperationException(message);
