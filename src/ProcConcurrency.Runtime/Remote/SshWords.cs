using System.Text.RegularExpressions;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>What ssh, a login shell, PowerShell or an agent says, as one line for people: nothing in it means anything to a terminal.</summary>
internal static partial class SshWords
{
    private const int MaxLength = 600;

    /// <summary>A text of the other machine's.</summary>
    internal static string Of(string text)
    {
        var line = Line(text);
        return line.Length > MaxLength ? line[..MaxLength] + " …" : line;
    }

    /// <summary>The last of what was written to the standard error. PowerShell's own errors come as CLIXML where nobody types: their texts alone.</summary>
    internal static string LastOf(string text)
    {
        const string Xml = "#< CLIXML";
        var at = text.IndexOf(Xml, StringComparison.Ordinal);
        var plain = at < 0 ? text : text[..at] + "\n" + string.Join(' ', ErrorTexts().Matches(text[at..]).Select(static match => Decode(match.Groups[1].Value)));
        var line = Line(plain);
        return line.Length > MaxLength ? "… " + line[^MaxLength..] : line;
    }

    /// <summary>Its words, a blank between each. A control character is none of a word: it could move the cursor, or give the terminal orders.</summary>
    private static string Line(string text) => string.Join(
        ' ',
        string.Concat(text.Select(static character => char.IsControl(character) || IsOrder(character) ? ' ' : character)).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Whether it has the characters around it stand in another order than they are in.</summary>
    private static bool IsOrder(char character) => character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u2028' or '\u2029';

    private static string Decode(string text) => System.Net.WebUtility.HtmlDecode(Escapes().Replace(text, " "));

    [GeneratedRegex("<S S=\"Error\">(.*?)</S>", RegexOptions.Singleline)]
    private static partial Regex ErrorTexts();

    // _x000A_ is a line's end; _x001B_ begins a colour.
    [GeneratedRegex("_x001B_\\[[0-9;]*m|_x[0-9A-Fa-f]{4}_")]
    private static partial Regex Escapes();
}
