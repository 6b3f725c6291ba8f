using System.Text;

namespace ProcConcurrency.HelpBuilder;

/// <summary>Writes an about topic as the text that Get-Help shows: headings, paragraphs wrapped at 80 columns, code and tables indented.</summary>
internal static class TopicText
{
    private const int Width = 80;

    internal static string Write(MarkdownDocument page)
    {
        var text = new StringBuilder();
        if (page.Root.Sections is not [{ Level: 1 } top] || top.Title != page.Name)
        {
            throw new PageException(page.Name, $"a topic has one heading of the first level, '# {page.Name}'.");
        }

        if (top.Sections is not [{ Title: "Short description", Blocks: [{ Kind: BlockKind.Paragraph }] }, ..])
        {
            throw new PageException(page.Name, "a topic begins with '## Short description' and one paragraph.");
        }

        // Get-Help takes the text below the second heading as the topic's synopsis.
        text.Append("TOPIC\n    ").Append(page.Name).Append("\n\n");
        foreach (var section in top.Sections)
        {
            Write(text, section);
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static void Write(StringBuilder text, Section section)
    {
        text.Append(section.Level == 2 ? section.Title.ToUpperInvariant() : "  " + section.Title).Append('\n');
        if (section.Level > 2)
        {
            text.Append('\n');
        }

        Write(text, section.Blocks);
        foreach (var below in section.Sections)
        {
            Write(text, below);
        }
    }

    private static void Write(StringBuilder text, List<Block> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = blocks[i];
            switch (block.Kind)
            {
                case BlockKind.Code:
                    foreach (var line in block.Text.Split('\n'))
                    {
                        text.Append(line.Length == 0 ? string.Empty : "        " + line).Append('\n');
                    }

                    break;
                case BlockKind.Row:
                    var rows = blocks.Skip(i).TakeWhile(static row => row.Kind == BlockKind.Row).ToList();
                    i += rows.Count - 1;
                    TableText.Write(text, rows, Width, "    ");
                    break;
                default:
                    var hanging = block.Kind == BlockKind.Item ? "      " : "    ";
                    foreach (var line in PlainText.Wrap(PlainText.Of(block.Text), Width, "    ", hanging))
                    {
                        text.Append(line).Append('\n');
                    }

                    if (block.Kind == BlockKind.Item && i + 1 < blocks.Count && blocks[i + 1].Kind == BlockKind.Item)
                    {
                        continue;
                    }

                    break;
            }

            text.Append('\n');
        }
    }
}
