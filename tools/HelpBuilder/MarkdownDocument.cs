namespace ProcConcurrency.HelpBuilder;

/// <summary>A heading and what stands below it, up to the next heading of its level or a higher one.</summary>
/// <param name="Level">The number of <c>#</c>.</param>
/// <param name="Title">The heading.</param>
/// <param name="Blocks">What stands between it and the first heading below.</param>
/// <param name="Sections">The headings below it.</param>
public sealed record Section(int Level, string Title, List<Block> Blocks, List<Section> Sections)
{
    /// <summary>The section below with a title; null where there is none.</summary>
    public Section? Find(string title) => Sections.Find(section => section.Title.Equals(title, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What a block of a page is.</summary>
public enum BlockKind
{
    /// <summary>A paragraph; its lines are one text.</summary>
    Paragraph,

    /// <summary>One item of a list, with its mark.</summary>
    Item,

    /// <summary>Lines to be kept as they are.</summary>
    Code,

    /// <summary>One row of a table.</summary>
    Row,
}

/// <summary>A piece of text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, as Markdown; code as it stands.</param>
/// <param name="Language">A code block's language.</param>
public sealed record Block(BlockKind Kind, string Text, string Language = "");

/// <summary>A Markdown page of the regular kind that this project writes: headings, paragraphs, flat lists, fenced code, tables.</summary>
/// <param name="Name">The page's name.</param>
/// <param name="FrontMatter">The keys before the first heading.</param>
/// <param name="Root">All of it; the page's heading is its first section.</param>
public sealed record MarkdownDocument(string Name, IReadOnlyDictionary<string, string> FrontMatter, Section Root)
{
    /// <summary>Reads a page.</summary>
    /// <exception cref="PageException">A fence or the front matter isn't closed.</exception>
    public static MarkdownDocument Parse(string name, string text)
    {
        var lines = new Queue<string>(text.ReplaceLineEndings("\n").Split('\n'));
        var front = FrontMatterOf(name, lines);
        var root = new Section(0, name, [], []);
        var open = new Stack<Section>([root]);
        var paragraph = new List<string>();

        void EndParagraph()
        {
            if (paragraph.Count > 0)
            {
                var first = paragraph[0];
                var kind = first.StartsWith("- ", StringComparison.Ordinal) || IsNumbered(first) ? BlockKind.Item : BlockKind.Paragraph;
                open.Peek().Blocks.Add(new Block(kind, string.Join(' ', paragraph)));
                paragraph.Clear();
            }
        }

        while (lines.TryDequeue(out var line))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                EndParagraph();
                open.Peek().Blocks.Add(new Block(BlockKind.Code, Fenced(name, lines), line[3..].Trim()));
            }
            else if (line.StartsWith('#') && line.TrimStart('#') is [' ', ..] title)
            {
                EndParagraph();
                var section = new Section(line.Length - title.Length, title.Trim(), [], []);
                while (open.Peek().Level >= section.Level)
                {
                    open.Pop();
                }

                open.Peek().Sections.Add(section);
                open.Push(section);
            }
            else if (line.StartsWith('|'))
            {
                EndParagraph();
                open.Peek().Blocks.Add(new Block(BlockKind.Row, line));
            }
            else
            {
                if (line.Trim().Length == 0 || line.StartsWith("- ", StringComparison.Ordinal) || IsNumbered(line))
                {
                    EndParagraph();
                }

                if (line.Trim().Length > 0)
                {
                    paragraph.Add(line.Trim());
                }
            }
        }

        EndParagraph();
        return new MarkdownDocument(name, front, root);
    }

    private static bool IsNumbered(string line) => line.Length > 3 && char.IsAsciiDigit(line[0]) && line[1] == '.' && line[2] == ' ';

    private static string Fenced(string name, Queue<string> lines)
    {
        var code = new List<string>();
        while (lines.TryDequeue(out var line))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                return string.Join('\n', code);
            }

            code.Add(line.TrimEnd());
        }

        throw new PageException(name, "a code block isn't closed.");
    }

    private static Dictionary<string, string> FrontMatterOf(string name, Queue<string> lines)
    {
        var keys = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (lines.Peek() != "---")
        {
            return keys;
        }

        lines.Dequeue();
        while (lines.TryDequeue(out var line))
        {
            if (line == "---")
            {
                return keys;
            }

            var parts = line.Split(':', 2);
            keys[parts[0].Trim()] = parts.Length > 1 ? parts[1].Trim() : string.Empty;
        }

        throw new PageException(name, "the front matter isn't closed.");
    }
}
