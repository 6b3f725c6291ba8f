using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Script text together with where it stood, so that an error in a child names the file and line that its author
/// wrote. Built again, the text is moved to its old line and column by what goes before it: empty lines and spaces.
/// </summary>
/// <param name="Text">The text.</param>
/// <param name="File">The file it is from, or null.</param>
/// <param name="Line">Its first line there, from 1.</param>
/// <param name="Column">Its first column there, from 1.</param>
/// <param name="Usings">The <c>using namespace</c> statements that its file begins with, on one line; empty where there are none.</param>
internal sealed record ScriptSource(string Text, string? File, int Line, int Column, string Usings)
{
    /// <summary>A piece of a script.</summary>
    /// <param name="ast">Any node of that script.</param>
    /// <param name="extent">Where the piece stood.</param>
    /// <param name="text">Its text, where that differs from what stood there.</param>
    internal static ScriptSource From(Ast ast, IScriptExtent extent, string? text = null) =>
        new(text ?? extent.Text, extent.File, extent.StartLineNumber, extent.StartColumnNumber, UsingsOf(ast, extent.StartOffset));

    /// <summary>
    /// Several classes of one script as one piece, for they may name each other: each at its line, nothing between.
    /// </summary>
    internal static ScriptSource From(IEnumerable<TypeDefinitionAst> types)
    {
        var text = new StringBuilder();
        var line = 1;
        TypeDefinitionAst? last = null;
        foreach (var type in types)
        {
            text.Append('\n', Math.Max(type.Extent.StartLineNumber - line, 0)).Append(' ').Append(type.Extent.Text);
            line = type.Extent.EndLineNumber;
            last = type;
        }

        return new(text.ToString(), last!.Extent.File, 1, 1, UsingsOf(last, int.MaxValue));
    }

    /// <summary>The text, at its old place.</summary>
    /// <exception cref="ParseException">It doesn't parse.</exception>
    internal ScriptBlock ToScriptBlock()
    {
        var placed = new StringBuilder(Usings, Usings.Length + Text.Length + Line + Column);
        if (File is not null)
        {
            placed.Append('\n', Line - 1).Append(' ', Column - 1);
        }

        var ast = Parser.ParseInput(placed.Append(Text).ToString(), File, out _, out var errors);
        return errors.Length == 0 ? ast.GetScriptBlock() : throw new ParseException(errors);
    }

    /// <summary>Those before the piece; a piece that is the whole script has them in its text.</summary>
    private static string UsingsOf(Ast ast, int startOffset)
    {
        while (ast.Parent is not null)
        {
            ast = ast.Parent;
        }

        var usings = (ast as ScriptBlockAst)?.UsingStatements.Where(
            statement => statement.UsingStatementKind == UsingStatementKind.Namespace && statement.Extent.StartOffset < startOffset);
        return string.Concat(usings?.Select(static statement => $"using namespace {statement.Name.Value}; ") ?? []);
    }
}
