using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace ProcConcurrency.HelpBuilder;

/// <summary>A heading and what stands below it, up to the next heading of its level or a higher one.</summary>
/// <param name="Level">The number of <c>#</c>.</param>
/// <param name="Title">The heading.</param>
/// <param name="Blocks">What stands between it and the first heading below.</param>
/// <param name="Sections">The headings below it.</param>
public sealed record Section(int Level, string Title, List<Block> Blocks, List<Section> Sections);

/// <summary>A page: Markdown with YAML before it.</summary>
/// <param name="Name">The page's name.</param>
/// <param name="FrontMatter">The keys before the first heading.</param>
/// <param name="Top">The page's one heading of the first level, which is its name.</param>
public sealed record MarkdownPage(string Name, IReadOnlyDictionary<string, string> FrontMatter, Section Top)
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().Build();
    private static readonly Deserializer s_yaml = new();

    /// <summary>Reads a page.</summary>
    /// <exception cref="PageException">A code block isn't closed, the YAML is none, or the page's heading isn't its name.</exception>
    public static MarkdownPage Parse(string name, string text)
    {
        var document = Markdown.Parse(text.ReplaceLineEndings("\n"), s_pipeline);
        if (document.Descendants<FencedCodeBlock>().Any(static code => code.ClosingFencedCharCount == 0))
        {
            throw new PageException(name, "a code block isn't closed.");
        }

        var open = new Stack<Section>([new Section(0, name, [], [])]);
        foreach (var block in document.Where(static block => block is not YamlFrontMatterBlock))
        {
            if (block is not HeadingBlock heading)
            {
                open.Peek().Blocks.Add(block);
                continue;
            }

            while (open.Peek().Level >= heading.Level)
            {
                open.Pop();
            }

            var section = new Section(heading.Level, PlainText.Of(heading), [], []);
            open.Peek().Sections.Add(section);
            open.Push(section);
        }

        var front = document.OfType<YamlFrontMatterBlock>().FirstOrDefault();
        return open.Last() is { Blocks: [], Sections: [{ Level: 1 } top] } && top.Title == name
            ? new MarkdownPage(name, Keys(name, front), top)
            : throw new PageException(name, $"a page has one heading of the first level, '# {name}'.");
    }

    /// <summary>The keys and values of a YAML block; a key without a value has an empty one.</summary>
    internal static Dictionary<string, string> Keys(string page, CodeBlock? yaml)
    {
        try
        {
            var keys = s_yaml.Deserialize<Dictionary<string, string?>?>(yaml is null ? string.Empty : PlainText.Of(yaml)) ?? [];
            return keys.ToDictionary(static key => key.Key, static key => key.Value ?? string.Empty, StringComparer.OrdinalIgnoreCase);
        }
        catch (YamlException error)
        {
            throw new PageException(page, $"a yaml block breaks its rules: {error.Message}");
        }
    }
}
