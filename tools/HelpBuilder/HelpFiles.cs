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
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var pages = new SortedDictionary<string, List<CommandPage>>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var document = MarkdownDocument.Parse(name, File.ReadAllText(path));
            if (name.StartsWith(TopicPrefix, StringComparison.Ordinal))
            {
                files.Add(name + ".help.txt", TopicText.Write(document));
                continue;
            }

            var page = CommandPage.Read(document);
            if (!pages.TryGetValue(page.HelpFile, out var sameFile))
            {
                pages.Add(page.HelpFile, sameFile = []);
            }

            sameFile.Add(page);
        }

        foreach (var (helpFile, sameFile) in pages)
        {
            files.Add(helpFile, MamlWriter.Write(sameFile));
        }

        return files;
    }
}

/// <summary>A page breaks the schema.</summary>
public sealed class PageException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="page">The page.</param>
    /// <param name="problem">What is wrong.</param>
    public PageException(string page, string problem)
        : base($"{page}: {problem}")
    {
    }
}
