using System.Text;
using System.Text.RegularExpressions;

namespace ProcConcurrency.HelpBuilder;

/// <summary>Turns Markdown's marks within a text into what a terminal shows.</summary>
internal static partial class PlainText
{
    /// <summary>The text without emphasis, code marks, escapes and links; a link to a page of its own keeps its address.</summary>
    internal static string Of(string markdown)
    {
        // Code is set aside first: what looks like a mark in it is none.
        var codes = new List<string>();
        var text = Code().Replace(markdown, match =>
        {
            codes.Add(match.Groups[1].Value);
            return $"\u0001{codes.Count - 1}\u0002";
        });
        text = Link().Replace(text, match =>
            match.Groups[2].Value.StartsWith("http", StringComparison.Ordinal) && match.Groups[1].Value != match.Groups[2].Value
                ? $"{match.Groups[1].Value} ({match.Groups[2].Value})"
                : match.Groups[1].Value);
        text = Escape().Replace(Strong().Replace(text, "$2"), "$1");
        return Placeholder().Replace(text, match => codes[int.Parse(match.Groups[1].ValueSpan, provider: null)]);
    }

    /// <summary>Breaks a text into lines.</summary>
    internal static IEnumerable<string> Wrap(string text, int width, string indent, string hanging)
    {
        var line = new StringBuilder(indent);
        var isEmpty = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear().Append(hanging);
                isEmpty = true;
            }

            line.Append(isEmpty ? string.Empty : " ").Append(word);
            isEmpty = false;
        }

        yield return line.ToString();
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(\*\*|\*)(?=\S)(.+?)(?<=\S)\1")]
    private static partial Regex Strong();

    [GeneratedRegex(@"\\([\\`*_{}\[\]<>()#+.!|-])")]
    private static partial Regex Escape();

    [GeneratedRegex("\u0001([0-9]+)\u0002")]
    private static partial Regex Placeholder();
}
