using System.Xml.Linq;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ProcConcurrency.HelpBuilder;

/// <summary>Writes pages as MAML, the XML that Get-Help reads.</summary>
internal static class MamlWriter
{
    private const string ZeroWidthSpace = "\u200B";

    private static readonly XNamespace s_file = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    internal static string Write(IEnumerable<CommandPage> pages)
    {
        var root = new XElement(s_file + "helpItems", new XAttribute("schema", "maml"), pages.Select(Command));
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + root.ToString().ReplaceLineEndings("\n") + "\n";
    }

    private static XElement Command(CommandPage page)
    {
        var words = page.Name.Split('-', 2);
        var parameters = page.Parameters.ToDictionary(static parameter => parameter.Name, StringComparer.OrdinalIgnoreCase);
        return new XElement(
            s_command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", s_maml),
            new XAttribute(XNamespace.Xmlns + "command", s_command),
            new XAttribute(XNamespace.Xmlns + "dev", s_dev),
            new XElement(
                s_command + "details",
                new XElement(s_command + "name", page.Name),
                new XElement(s_command + "verb", words[0]),
                new XElement(s_command + "noun", words[1]),
                Description(page["SYNOPSIS"].Blocks)),
            Description(page["DESCRIPTION"].Blocks),
            new XElement(s_command + "syntax", page.Syntax.Select(line => SyntaxItem(page.Name, line, parameters))),
            new XElement(s_command + "parameters", page.Parameters.Select(static parameter => Parameter(parameter, null))),
            new XElement(s_command + "inputTypes", page["INPUTS"].Sections.Select(static type => TypeElement("inputType", type))),
            new XElement(s_command + "returnValues", page["OUTPUTS"].Sections.Select(static type => TypeElement("returnValue", type))),
            new XElement(s_maml + "alertSet", new XElement(s_maml + "alert", Paragraphs(page["NOTES"].Blocks))),
            new XElement(s_command + "examples", page["EXAMPLES"].Sections.Select(Example)),
            new XElement(
                s_command + "relatedLinks",

                // Get-Help -Online opens the first address among them.
                page.OnlineVersion is { } address ? LinkTo("Online Version", address) : null,
                page["RELATED LINKS"].Blocks.SelectMany(Links).Select(Link)));
    }

    private static XElement SyntaxItem(string name, SyntaxLine line, Dictionary<string, ParameterSection> parameters) => new(
        s_command + "syntaxItem",
        new XElement(s_maml + "name", name),
        SyntaxToken.Of(line.Line).Select(token => parameters.TryGetValue(token.Name, out var parameter)
            ? Parameter(parameter, token)
            : throw new PageException(name, $"the syntax names -{token.Name}, which has no section.")));

    /// <summary>A parameter; as the syntax has it, or where there is no token, as its section has it.</summary>
    private static XElement Parameter(ParameterSection parameter, SyntaxToken? token)
    {
        var type = parameter.Facts["Type"];
        var isSwitch = type == "SwitchParameter";
        var isRequired = token?.IsRequired ?? parameter.Facts["Required"] == "True";
        var aliases = parameter.Facts["Aliases"];
        var value = new XElement(
            s_command + "parameterValue",
            new XAttribute("required", isSwitch ? "false" : "true"),
            new XAttribute("variableLength", "false"),
            token?.Type ?? type);
        return new XElement(
            s_command + "parameter",
            new XAttribute("required", isRequired ? "true" : "false"),
            new XAttribute("variableLength", "true"),
            new XAttribute("globbing", parameter.Facts["Accept wildcard characters"] == "True" ? "true" : "false"),
            new XAttribute("pipelineInput", parameter.Facts["Accept pipeline input"]),
            new XAttribute("position", parameter.Facts["Position"].ToLowerInvariant()),
            new XAttribute("aliases", aliases.Length == 0 ? "none" : aliases),
            new XElement(s_maml + "name", parameter.Name),
            Description(parameter.Description),

            // A syntax line shows a switch's name alone.
            isSwitch && token is not null ? null : value,
            new XElement(s_dev + "type", new XElement(s_maml + "name", type), new XElement(s_maml + "uri")),
            new XElement(s_dev + "defaultValue", parameter.Facts["Default value"]));
    }

    private static XElement TypeElement(string element, Section type) => new(
        s_command + element,
        new XElement(s_dev + "type", new XElement(s_maml + "name", type.Title), new XElement(s_maml + "uri")),
        Description(type.Blocks));

    private static XElement Example(Section example)
    {
        var code = example.Blocks.Find(static block => block is CodeBlock);
        return new XElement(
            s_command + "example",
            new XElement(s_maml + "title", $"--- {example.Title} ---"),
            new XElement(s_dev + "code", code is null ? string.Empty : PlainText.Of(code)),
            new XElement(s_dev + "remarks", Paragraphs(example.Blocks.Where(block => block != code)), new XElement(s_maml + "para")));
    }

    private static IEnumerable<LinkInline> Links(Block block) =>
        block is LeafBlock { Inline: { } text } ? text.FindDescendants<LinkInline>() : block.Descendants<LinkInline>();

    /// <summary>A page's neighbour is found by its name; only an address of the net is one.</summary>
    private static XElement Link(LinkInline link) =>
        LinkTo(string.Concat(link.Select(PlainText.Of)), link.Url!.StartsWith("http", StringComparison.Ordinal) ? link.Url : string.Empty);

    private static XElement LinkTo(string text, string address) =>
        new(s_maml + "navigationLink", new XElement(s_maml + "linkText", text), new XElement(s_maml + "uri", address));

    private static XElement Description(IEnumerable<Block> blocks) => new(s_maml + "description", Paragraphs(blocks));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<Block> blocks) => blocks
        .SelectMany(static block => block is ListBlock list ? PlainText.Items(list) : [Text(block)])
        .Select(static text => new XElement(s_maml + "para", text));

    /// <summary>Get-Help trims a paragraph. Where code begins with room, as a table does, a character without width keeps it.</summary>
    private static string Text(Block block) => PlainText.Of(block) is [' ', ..] code && block is CodeBlock ? ZeroWidthSpace + code : PlainText.Of(block);
}
