using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The order and equality of values as scripts see them: the engine's comparison, else that of their text.</summary>
internal sealed class ValueOrder(bool caseSensitive, string? culture) : IComparer<object?>
{
    private readonly CultureInfo _culture = Named(culture);

    internal CultureInfo Culture => _culture;

    /// <inheritdoc/>
    public int Compare(object? x, object? y)
    {
        x = Bare(x);
        y = Bare(y);
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        if (LanguagePrimitives.TryCompare(x, y, !caseSensitive, _culture, out var result))
        {
            return result;
        }

        var options = caseSensitive ? CompareOptions.None : CompareOptions.IgnoreCase;
        return _culture.CompareInfo.Compare(PSObject.AsPSObject(x).ToString(), PSObject.AsPSObject(y).ToString(), options);
    }

    internal bool Same(object? x, object? y) => Compare(x, y) == 0;

    internal static object? Bare(object? value) => value switch
    {
        PSObject wrapped when ReferenceEquals(wrapped, AutomationNull.Value) => null,
        PSObject { BaseObject: PSCustomObject } custom => custom,
        PSObject wrapped => wrapped.BaseObject,
        _ => value,
    };

    private static CultureInfo Named(string? culture)
    {
        if (string.IsNullOrEmpty(culture))
        {
            return CultureInfo.CurrentCulture;
        }

        return int.TryParse(culture, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? CultureInfo.GetCultureInfo(number)
            : CultureInfo.GetCultureInfo(culture);
    }
}
