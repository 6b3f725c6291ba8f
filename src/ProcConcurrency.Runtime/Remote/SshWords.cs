using System.Text.RegularExpressions;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>What ssh, a login shell or PowerShell wrote to the standard error, as one line for people.</summary>
internal static partial class SshWords
{
    private const int MaxLength = 600;

    /// <summary>The last of it, on one line. PowerShell's own errors come as CLIXML where nobody types: their texts alone.</summary>
    internal static string LastOf(string text)
    {
        const string Xml = "#< CLIXML";
        var at = text.IndexOf(Xml, StringComparison.Ordinal);
        var plain = at < 0 ? text : text[..at] + "\n" + string.Join(' ', ErrorTexts().Matches(text[at..]).Select(static match => Decode(match.Groups[1].Value)));
        var line = string.Join(' ', plain.Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        return line.Length > MaxLength ? "… " + line[^MaxLength..] : line;
    }

    private static string Decode(string text) => System.Net.WebUtility.HtmlDecode(Escapes().Replace(text, " "));

    [GeneratedRegex("<S S=\"Error\">(.*?)</S>", RegexOptions.Singleline)]
    private static partial Regex ErrorTexts();

    // _x000A_ is a line's end; _x001B_ begins a colour.
    [GeneratedRegex("_x001B_\\[[0-9;]*m|_x[0-9A-Fa-f]{4}_")]
    private static partial Regex Escapes();
}
