using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace ProcConcurrency.HelpBuilder;

/// <summary>Writes an about topic as the text that Get-Help shows: headings, paragraphs wrapped at 80 columns, code and tables indented.</summary>
internal static class TopicText
{
    private const int Width = 80;
    private const string Indent = "    ";

    internal static string Write(MarkdownPage page)
    {
        if (page.Top.Sections is not [{ Title: "Short description", Blocks: [ParagraphBlock] }, ..])
        {
            throw new PageException(page.Name, "a topic begins with '## Short description' and one paragraph.");
        }

        // Get-Help takes the text below the second heading as the topic's synopsis.
        var text = new StringBuilder($"TOPIC\n{Indent}{page.Name}\n\n");
        foreach (var section in page.Top.Sections)
        {
            Write(text, section);
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static void Write(StringBuilder text, Section section)
    {
        text.Append(section.Level == 2 ? $"{section.Title.ToUpperInvariant()}\n" : $"  {section.Title}\n\n");
        foreach (var line in section.Blocks.SelectMany(static block => Lines(block).Append(string.Empty)))
        {
            text.Append(line).Append('\n');
        }

        foreach (var below in section.Sections)
        {
            Write(text, below);
        }
    }

    private static IEnumerable<string> Lines(Block block) => block switch
    {
        CodeBlock code => PlainText.Of(code).Split('\n').Select(static line => line.Length == 0 ? line : $"{Indent}{Indent}{line}"),
        ListBlock list => PlainText.Items(list).SelectMany(static item => PlainText.Wrap(item, Width, Indent, Indent + "  ")),
        Table table => TableText.Lines(table, Width - Indent.Length).Select(static line => Indent + line),
        _ => PlainText.Wrap(PlainText.Of(block), Width, Indent, Indent),
    };
}
