using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency;

/// <summary>Values as text that is only looked at.</summary>
internal static class ValueText
{
    /// <summary>A value as PowerShell shows it in a string, but numbers and dates the same in every culture.</summary>
    internal static string Of(object? value)
    {
        try
        {
            return value is null ? string.Empty : (string)LanguagePrimitives.ConvertTo(value, typeof(string), CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is PSInvalidCastException or ExtendedTypeSystemException)
        {
            // Its own ToString failed; that must not cost others anything.
            return $"[{PSObject.AsPSObject(value!).BaseObject.GetType().Name}]";
        }
    }

    /// <summary>A text, or the beginning of one that is too long. A letter of two characters is never cut in the middle.</summary>
    internal static string Cut(string text, int longest) => text.Length <= longest
        ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest), "\u2026");
}
