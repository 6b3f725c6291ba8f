using System.Xml.Linq;
using ProcConcurrency.HelpBuilder;
using Xunit;

namespace ProcConcurrency.Units.Tools;

/// <summary>The builder of the help files, on pages made for it.</summary>
public sealed class HelpBuilderTests : IDisposable
{
    private const string Page = """
        ---
        external help file: Thing.dll-Help.xml
        schema: 2.0.0
        ---

        # Get-Thing

        ## SYNOPSIS
        Gets `$things`, *all* of them; see [the page](https://example.org/a).

        ## SYNTAX

        ### Name (Default)
        ```
        Get-Thing [-Name] <String[]> [[-Count] <Int32>]
         [-Force] [<CommonParameters>]
        ```

        ### All
        ```
        Get-Thing -All [-Filter <String>] [<CommonParameters>]
        ```

        ## DESCRIPTION
        One.
        Still one.

        - first
        - second

        ## EXAMPLES

        ### Example 1: # is no heading in code
        ```powershell
        # a comment
        Get-Thing '<a>'
        ```

        ```Output
          Id
          12 <a>
        ```

        Remark.

        ## PARAMETERS

        PARAMETERS_HERE
        ## INPUTS

        ## OUTPUTS

        ## NOTES

        ## RELATED LINKS

        [Set-Thing](Set-Thing.md)
        """;

    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private readonly string _folder = Directory.CreateTempSubdirectory("pages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Syntax_says_what_is_required()
    {
        var items = Build().Descendants(s_command + "syntaxItem").ToList();
        Assert.Equal(2, items.Count);
        var required = items.SelectMany(static item => item.Elements(s_command + "parameter"))
            .ToDictionary(static parameter => parameter.Element(s_maml + "name")!.Value, static parameter => (bool)parameter.Attribute("required")!);
        Assert.Equal(
            new Dictionary<string, bool> { ["Name"] = true, ["Count"] = false, ["Force"] = false, ["All"] = true, ["Filter"] = false }, required);
    }

    [Fact]
    public void Marks_go_and_code_stays()
    {
        var command = Build();
        var texts = command.Descendants(s_maml + "para").Select(static para => para.Value).ToList();
        Assert.Contains("Gets $things, all of them; see the page (https://example.org/a).", texts);
        Assert.Contains("One. Still one.", texts);
        Assert.Contains("- second", texts);
        Assert.Equal("# a comment\nGet-Thing '<a>'", command.Descendants(s_dev + "code").Single().Value);
        Assert.Equal(["\u200B  Id\n  12 <a>", "Remark.", string.Empty], command.Descendants(s_dev + "remarks").Elements().Select(static para => para.Value));
        Assert.Equal("Set-Thing", command.Descendants(s_maml + "linkText").Single().Value);
    }

    [Fact]
    public void A_page_with_an_address_has_it_as_its_first_link()
    {
        const string Address = "https://example.org/Get-Thing.md";
        Write("Get-Thing", Whole().Replace("external help file:", $"online version: {Address}\nexternal help file:", StringComparison.Ordinal));
        var links = XDocument.Parse(HelpFiles.Build(_folder)["Thing.dll-Help.xml"]).Descendants(s_maml + "navigationLink").ToList();
        Assert.Equal(Address, links[0].Element(s_maml + "uri")!.Value);

        // As PlatyPS calls it.
        Assert.Equal("Online Version", links[0].Element(s_maml + "linkText")!.Value);
        Assert.Equal("Set-Thing", links[1].Element(s_maml + "linkText")!.Value);
    }

    [Fact]
    public void A_topic_is_wrapped_and_its_tables_are_laid_out()
    {
        Write("about_Thing", $"""
            # about_Thing

            ## Short description
            What a thing is.

            ## Long description
            {string.Join(' ', Enumerable.Repeat("word", 40))}

            | a | b |
            |---|---|
            | `x \| y` | {string.Join(' ', Enumerable.Repeat("cell", 40))} |
            """);
        var text = HelpFiles.Build(_folder)["about_Thing.help.txt"];
        Assert.StartsWith("TOPIC\n    about_Thing\n\nSHORT DESCRIPTION\n    What a thing is.\n", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), static line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains("x | y", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("external help file: Thing.dll-Help.xml", "other: 1", "external help file")]
    [InlineData("external help file:", "online version: docs/Get-Thing.md\nexternal help file:", "online version")]
    [InlineData("# Get-Thing", "# Get-Other", "first level")]
    [InlineData("## NOTES", "## NOTE", "## NOTES")]
    [InlineData("-Force]", "-Unknown]", "-Unknown")]
    [InlineData("[Set-Thing](Set-Thing.md)", "```\nopen", "code block")]
    [InlineData("Aliases:", "- Aliases:", "yaml")]
    [InlineData("```yaml", "```text", "yaml")]
    [InlineData("Required: False", "", "Required")]
    public void A_page_that_breaks_the_schema_is_refused(string old, string changed, string problem)
    {
        Write("Get-Thing", Whole().Replace(old, changed, StringComparison.Ordinal));
        var error = Assert.Throws<PageException>(() => HelpFiles.Build(_folder));
        Assert.Contains("Get-Thing", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static string Whole() => Page.Replace("PARAMETERS_HERE", string.Concat(
        Parameter("Name", "String[]"), Parameter("Count", "Int32"), Parameter("Force", "SwitchParameter"),
        Parameter("All", "SwitchParameter"), Parameter("Filter", "String")), StringComparison.Ordinal);

    private static string Parameter(string name, string type) => $"""
        ### -{name}
        Text.

        ```yaml
        Type: {type}
        Parameter Sets: (All)
        Aliases:

        Required: False
        Position: Named
        Default value: None
        Accept pipeline input: False
        Accept wildcard characters: False
        ```


        """;

    private XElement Build()
    {
        Write("Get-Thing", Whole());
        return XDocument.Parse(HelpFiles.Build(_folder)["Thing.dll-Help.xml"]).Root!.Elements().Single();
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name + ".md"), text);
}
