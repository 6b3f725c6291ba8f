using Markdig.Syntax;

namespace ProcConcurrency.HelpBuilder;

/// <summary>One parameter's section. One that differs between sets has one with a description and a block of keys a difference.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means.</param>
/// <param name="Facts">The keys of its first block, such as <c>Type</c> and <c>Position</c>.</param>
public sealed record ParameterSection(string Name, List<Block> Description, IReadOnlyDictionary<string, string> Facts);

/// <summary>One line of the syntax.</summary>
/// <param name="SetName">The parameter set; empty where there is only one.</param>
/// <param name="IsDefault">Whether it is the default set.</param>
/// <param name="Line">The line.</param>
public sealed record SyntaxLine(string SetName, bool IsDefault, string Line);

/// <summary>A cmdlet's page, in the schema of platyPS 0.14 (2.0.0).</summary>
public sealed class CommandPage(MarkdownPage page)
{
    private const string DefaultMark = " (Default)";
    private const string CommonParameters = "CommonParameters";

    private static readonly string[] s_facts =
        ["Type", "Aliases", "Required", "Position", "Default value", "Accept pipeline input", "Accept wildcard characters"];

    /// <summary>The cmdlet.</summary>
    public string Name => page.Name;

    /// <summary>The file that its help goes to.</summary>
    /// <exception cref="PageException">The front matter doesn't say.</exception>
    public string HelpFile => page.FrontMatter.GetValueOrDefault("external help file")
        ?? throw new PageException(Name, "the front matter names no 'external help file'.");

    /// <summary>The page's address on the net, which <c>Get-Help -Online</c> opens; null where the front matter has none.</summary>
    /// <exception cref="PageException">It is none that PowerShell opens: <c>http</c> or <c>https</c>.</exception>
    public string? OnlineVersion => page.FrontMatter.GetValueOrDefault("online version") switch
    {
        null or "" => null,
        var address when Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" => address,
        var other => throw new PageException(Name, $"the front matter's 'online version' is no address of the net: '{other}'."),
    };

    /// <summary>One line a parameter set.</summary>
    public IEnumerable<SyntaxLine> Syntax
    {
        get
        {
            var section = this["SYNTAX"];
            foreach (var holder in section.Sections.Count > 0 ? section.Sections : [section])
            {
                var isDefault = holder.Title.EndsWith(DefaultMark, StringComparison.Ordinal);
                var name = holder == section ? string.Empty : isDefault ? holder.Title[..^DefaultMark.Length] : holder.Title;
                var code = holder.Blocks.OfType<CodeBlock>().FirstOrDefault()
                    ?? throw new PageException(Name, $"the syntax of '{holder.Title}' has no code block.");

                // A long line is broken before a parameter.
                yield return new SyntaxLine(name, isDefault || holder == section, PlainText.Of(code).Replace("\n ", " ", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>Its own parameters, in the page's order.</summary>
    public IEnumerable<ParameterSection> Parameters
    {
        get
        {
            foreach (var below in this["PARAMETERS"].Sections.Where(static below => below.Title != CommonParameters))
            {
                var yaml = below.Blocks.OfType<FencedCodeBlock>().FirstOrDefault(static code => code.Info == "yaml")
                    ?? throw new PageException(Name, $"the parameter {below.Title} has no yaml block.");
                var facts = MarkdownPage.Keys(Name, yaml);
                if (s_facts.FirstOrDefault(key => !facts.ContainsKey(key)) is { } missing)
                {
                    throw new PageException(Name, $"the yaml block of {below.Title} has no '{missing}'.");
                }

                yield return new ParameterSection(below.Title.TrimStart('-'), [.. below.Blocks.TakeWhile(block => block != yaml)], facts);
            }
        }
    }

    /// <summary>A section of the page, such as <c>NOTES</c>.</summary>
    /// <exception cref="PageException">There is none of this title.</exception>
    public Section this[string title] => page.Top.Sections.Find(section => section.Title == title)
        ?? throw new PageException(Name, $"there is no section '## {title}'.");
}
