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
public sealed class CommandPage
{
    private const string DefaultMark = " (Default)";
    private const string CommonParameters = "CommonParameters";

    private CommandPage(string name, string helpFile, Section top)
    {
        Name = name;
        HelpFile = helpFile;
        Synopsis = One(top, "SYNOPSIS").Blocks;
        Description = One(top, "DESCRIPTION").Blocks;
        Examples = One(top, "EXAMPLES").Sections;
        Inputs = One(top, "INPUTS").Sections;
        Outputs = One(top, "OUTPUTS").Sections;
        Notes = One(top, "NOTES").Blocks;
        Links = One(top, "RELATED LINKS").Blocks;
        Syntax = [.. SyntaxOf(One(top, "SYNTAX"))];
        Parameters = [.. ParametersOf(One(top, "PARAMETERS"))];
    }

    /// <summary>The cmdlet.</summary>
    public string Name { get; }

    /// <summary>The file that its help goes to.</summary>
    public string HelpFile { get; }

    /// <summary>What it does, in a line.</summary>
    public List<Block> Synopsis { get; }

    /// <summary>One line a parameter set.</summary>
    public List<SyntaxLine> Syntax { get; }

    /// <summary>What it does, exactly.</summary>
    public List<Block> Description { get; }

    /// <summary>Examples, each with its title.</summary>
    public List<Section> Examples { get; }

    /// <summary>Its own parameters, in the page's order.</summary>
    public List<ParameterSection> Parameters { get; }

    /// <summary>What can be piped in: a type a section.</summary>
    public List<Section> Inputs { get; }

    /// <summary>What comes out: a type a section.</summary>
    public List<Section> Outputs { get; }

    /// <summary>What else there is to know.</summary>
    public List<Block> Notes { get; }

    /// <summary>Where to read on.</summary>
    public List<Block> Links { get; }

    /// <summary>Reads a page.</summary>
    /// <exception cref="PageException">It breaks the schema.</exception>
    public static CommandPage Read(MarkdownDocument document)
    {
        if (!document.FrontMatter.TryGetValue("external help file", out var helpFile))
        {
            throw new PageException(document.Name, "the front matter names no 'external help file'.");
        }

        return document.Root.Sections is [{ Level: 1 } top] && top.Title == document.Name
            ? new CommandPage(document.Name, helpFile, top)
            : throw new PageException(document.Name, $"a page has one heading of the first level, '# {document.Name}'.");
    }

    private Section One(Section top, string title) => top.Find(title) ?? throw new PageException(Name, $"there is no section '## {title}'.");

    private IEnumerable<SyntaxLine> SyntaxOf(Section section)
    {
        foreach (var holder in section.Sections.Count > 0 ? section.Sections : [section])
        {
            var isDefault = holder.Title.EndsWith(DefaultMark, StringComparison.Ordinal);
            var name = holder == section ? string.Empty : isDefault ? holder.Title[..^DefaultMark.Length] : holder.Title;
            var code = holder.Blocks.Find(static block => block.Kind == BlockKind.Code)
                ?? throw new PageException(Name, $"the syntax of '{holder.Title}' has no code block.");

            // A long line is broken before a parameter.
            yield return new SyntaxLine(name, isDefault || holder == section, string.Join(' ', code.Text.Split('\n').Select(static line => line.Trim())));
        }
    }

    private IEnumerable<ParameterSection> ParametersOf(Section section)
    {
        foreach (var below in section.Sections.Where(static below => below.Title != CommonParameters))
        {
            var yaml = below.Blocks.Find(static block => block is { Kind: BlockKind.Code, Language: "yaml" })
                ?? throw new PageException(Name, $"the parameter {below.Title} has no yaml block.");
            var facts = yaml.Text.Split('\n').Where(static line => line.Contains(':', StringComparison.Ordinal))
                .Select(static line => line.Split(':', 2)).ToDictionary(static pair => pair[0].Trim(), static pair => pair[1].Trim());
            yield return new ParameterSection(below.Title.TrimStart('-'), [.. below.Blocks.TakeWhile(block => block != yaml)], facts);
        }
    }
}
