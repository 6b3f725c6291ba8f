using System.Management.Automation;
using System.Text;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Objects as lines of separated values.</summary>
internal sealed class CsvText(char delimiter, QuoteKind quotes, string[]? quoteFields)
{
    private string[]? _names;

    internal IReadOnlyList<string>? Names => _names;

    /// <summary>The header of the first object; its properties are the columns of all.</summary>
    internal string Header(PSObject first)
    {
        _names = first.BaseObject is System.Collections.IDictionary pairs
            ? [.. pairs.Keys.Cast<object>().Select(key => key.ToString()!)]
            : [.. first.Properties.Select(property => property.Name)];
        return Join(name => name);
    }

    internal void UseNames(string[] names) => _names = names;

    internal string Row(PSObject item) => Join(name => Text(item, name));

    private string Join(Func<string, string?> value)
    {
        var line = new StringBuilder();
        foreach (var name in _names!)
        {
            if (line.Length > 0 || name != _names[0])
            {
                line.Append(delimiter);
            }

            AppendField(line, name, value(name));
        }

        return line.ToString();
    }

    private void AppendField(StringBuilder line, string name, string? text)
    {
        if (text is null)
        {
            return;
        }

        var quoted = quoteFields is not null
            ? quoteFields.Contains(name, StringComparer.OrdinalIgnoreCase)
            : quotes == QuoteKind.Always
                || (quotes == QuoteKind.AsNeeded && text.AsSpan().IndexOfAny([delimiter, '"', '\n', '\r']) >= 0);
        if (quoted)
        {
            line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            line.Append(text);
        }
    }

    private static string? Text(PSObject item, string name)
    {
        object? value;
        try
        {
            value = item.BaseObject is System.Collections.IDictionary pairs ? pairs[name] : item.Properties[name]?.Value;
        }
        catch (GetValueException)
        {
            return null;
        }

        // Culture-invariant where the engine's own conversion is; a number reads the same everywhere.
        return value is null ? null : LanguagePrimitives.TryConvertTo(value, out string text) ? text : value.ToString();
    }
}
