namespace ProcConcurrency.HelpBuilder;

/// <summary>
/// Makes the files that Get-Help reads out of the Markdown pages: one MAML file for all cmdlets, one text a topic.
/// <code>
/// docs/en-US/Verb-Noun.md -> CommandPage -> MamlWriter -> ProcConcurrency.dll-Help.xml
/// docs/en-US/about_X.md   -> TopicText   -> about_X.help.txt
/// </code>
/// </summary>
public static class HelpFiles
{
    private const string TopicPrefix = "about_";

    /// <summary>Builds all files; nothing is written.</summary>
    /// <param name="folder">Where the pages are.</param>
    /// <returns>The text of each file by its name.</returns>
    /// <exception cref="PageException">A page breaks the schema.</exception>
    public static IReadOnlyDictionary<string, string> Build(string folder)
    {
        var pages = Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal)
            .Select(static path => MarkdownPage.Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path)))
            .ToLookup(static page => page.Name.StartsWith(TopicPrefix, StringComparison.Ordinal));
        var topics = pages[true].Select(static page => KeyValuePair.Create($"{page.Name}.help.txt", TopicText.Write(page)));
        var commands = pages[false].Select(static page => new CommandPage(page)).GroupBy(static page => page.HelpFile)
            .Select(static file => KeyValuePair.Create(file.Key, MamlWriter.Write(file)));
        return topics.Concat(commands).ToDictionary();
    }
}

/// <summary>A page breaks the schema.</summary>
public sealed class PageException(string page, string problem) : Exception($"{page}: {problem}");
