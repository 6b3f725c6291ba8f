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
internal sealed record ScriptSource(string Text, string? File, int Line, int Column)
{
    internal static ScriptSource From(IScriptExtent extent, string? text = null) =>
        new(text ?? extent.Text, extent.File, extent.StartLineNumber, extent.StartColumnNumber);

    /// <summary>The text, at its old place.</summary>
    /// <exception cref="ParseException">It doesn't parse.</exception>
    internal ScriptBlock ToScriptBlock()
    {
        var placed = new StringBuilder(Text.Length + Line + Column);
        if (File is not null)
        {
            placed.Append('\n', Line - 1).Append(' ', Column - 1);
        }

        var ast = Parser.ParseInput(placed.Append(Text).ToString(), File, out _, out var errors);
        return errors.Length == 0 ? ast.GetScriptBlock() : throw new ParseException(errors);
    }
}
