using System.Text;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ProcConcurrency.HelpBuilder;

/// <summary>Turns Markdown into what a terminal shows: text without emphasis, code marks and escapes.</summary>
public static class PlainText
{
    /// <summary>A block's text: of code its lines, of a paragraph one line.</summary>
    public static string Of(Block block) => block switch
    {
        CodeBlock code => code.Lines.ToString(),
        LeafBlock { Inline: { } text } => Of(text),
        ContainerBlock blocks => string.Join(' ', blocks.Select(Of)),
        _ => string.Empty,
    };

    /// <summary>The items of a list, each with its mark.</summary>
    internal static IEnumerable<string> Items(ListBlock list) =>
        list.Cast<ListItemBlock>().Select(item => (list.IsOrdered ? $"{item.Order}. " : "- ") + Of(item));

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

    internal static string Of(Inline inline) => inline switch
    {
        CodeInline code => code.Content,
        LineBreakInline => " ",
        HtmlInline html => html.Tag,
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        AutolinkInline link => link.Url,
        LinkInline link => Of(link, string.Concat(link.Select(Of))),
        ContainerInline parts => string.Concat(parts.Select(Of)),
        _ => $"{inline}",
    };

    /// <summary>A link to another page is its name; one to the net keeps its address.</summary>
    private static string Of(LinkInline link, string text) =>
        link.Url?.StartsWith("http", StringComparison.Ordinal) == true && link.Url != text ? $"{text} ({link.Url})" : text;
}
