using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Objects as JSON, to a depth; what lies deeper becomes its text.</summary>
internal sealed class JsonWriter(Utf8JsonWriter json, int maxDepth, bool enumsAsStrings, CancellationToken stop)
{
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Whether something lay deeper than allowed.</summary>
    internal bool Truncated { get; private set; }

    internal void Write(object? value, int depth = 0)
    {
        stop.ThrowIfCancellationRequested();
        var wrapped = value as PSObject;
        var bare = ValueOrder.Bare(value);
        if (bare is null || bare is DBNull || bare is System.Management.Automation.Language.NullString)
        {
            json.WriteNullValue();
        }
        else if (!WriteScalar(bare))
        {
            WriteNested(bare, wrapped, depth);
        }
    }

    private bool WriteScalar(object value)
    {
        switch (value)
        {
            case string text: json.WriteStringValue(text); break;
            case char one: json.WriteStringValue(one.ToString()); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case Enum named when enumsAsStrings: json.WriteStringValue(named.ToString()); break;
            case Enum named: WriteNumber(named.ToString("d")); break;
            case double number when !double.IsFinite(number): json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case float number when !float.IsFinite(number): json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case double or float: WriteNumber(WithPoint(((IFormattable)value).ToString("R", CultureInfo.InvariantCulture))); break;
            case decimal number: WriteNumber(WithPoint(number.ToString(CultureInfo.InvariantCulture))); break;
            case BigInteger or sbyte or byte or short or ushort or int or uint or long or ulong:
                WriteNumber(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            case DateTime moment: json.WriteStringValue(moment); break;
            case DateTimeOffset moment: json.WriteStringValue(moment); break;
            case Guid or Uri: json.WriteStringValue(value.ToString()); break;
            default: return false;
        }

        return true;
    }

    /// <summary>A number in these very digits. What is written raw gets no line of its own in an array: only what no number type can hold.</summary>
    private void WriteNumber(string text)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && exact.ToString(CultureInfo.InvariantCulture) == text)
        {
            json.WriteNumberValue(exact);
        }
        else if (text.Contains('E', StringComparison.Ordinal))
        {
            json.WriteNumberValue(double.Parse(text, CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteRawValue(text);
        }
    }

    // The real one marks floating numbers so that they are read back as such.
    private static string WithPoint(string number) =>
        number.AsSpan().IndexOfAny('.', 'E') < 0 ? number + ".0" : number;

    private void WriteNested(object bare, PSObject? wrapped, int depth)
    {
        if (depth > maxDepth)
        {
            Truncated = true;
            json.WriteStringValue(bare is IEnumerable and not IDictionary
                ? LanguagePrimitives.ConvertTo<string>(bare)
                : PSObject.AsPSObject(wrapped ?? bare).ToString());
            return;
        }

        switch (bare)
        {
            case IDictionary pairs:
                WriteMembers(pairs.Cast<DictionaryEntry>().Select(pair => (Text(pair.Key), pair.Value)), Added(wrapped), depth);
                break;
            case IEnumerable many:
                var added = Added(wrapped).ToArray();
                if (added.Length > 0)
                {
                    WriteMembers([("value", new ArrayList(many.Cast<object>().ToArray()))], added, depth);
                    break;
                }

                json.WriteStartArray();
                foreach (var item in many)
                {
                    Write(item, depth + 1);
                }

                json.WriteEndArray();
                break;
            default:
                WriteMembers(Properties(bare, wrapped), [], depth);
                break;
        }
    }

    private void WriteMembers(
        IEnumerable<(string Name, object? Value)> members, IEnumerable<(string Name, object? Value)> added, int depth)
    {
        json.WriteStartObject();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in members.Concat(added))
        {
            if (seen.Add(name))
            {
                json.WritePropertyName(name);
                Write(value, depth + 1);
            }
        }

        json.WriteEndObject();
    }

    // What a script added to a collection: notes only.
    private static IEnumerable<(string Name, object? Value)> Added(PSObject? wrapped) =>
        wrapped is null ? [] : wrapped.Properties.Where(property => property is PSNoteProperty && property.IsInstance)
            .Select(property => (property.Name, (object?)property.Value));

    /// <summary>A custom object's properties; another's own ones, then, where it went through a pipeline, those that a script or the type table adds.</summary>
    private static IEnumerable<(string Name, object? Value)> Properties(object bare, PSObject? wrapped)
    {
        var properties = PSObject.AsPSObject(wrapped ?? bare).Properties.Where(static property => property.IsGettable).ToList();
        if (bare is not PSCustomObject)
        {
            var own = properties.Where(static property => property.MemberType == PSMemberTypes.Property).ToList();
            properties = wrapped is null ? own : [.. own, .. properties.Except(own)];
        }

        return properties.Select(static property => (property.Name, Value(property)));
    }

    private static object? Value(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private static string Text(object key) => LanguagePrimitives.ConvertTo<string>(key);
}
