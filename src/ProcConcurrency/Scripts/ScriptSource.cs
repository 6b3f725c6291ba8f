using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;
using ProcConcurrency.Values;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Script text together with where it stood, so that an error in a child names the file and line that its author
/// wrote. Built again, the text is moved to its old line and column by what goes before it: empty lines and spaces.
/// </summary>
/// <param name="Text">The text.</param>
/// <param name="File">The file it is from, or null.</param>
/// <param name="Line">Its first line there, from 1.</param>
/// <param name="Column">Its first column there, from 1.</param>
/// <param name="Usings">The <c>using namespace</c> statements that its file begins with, on one line; empty where there are none. Of a module's types <c>using module</c>.</param>
internal sealed record ScriptSource(string Text, string? File, int Line, int Column, string Usings)
{
    /// <summary>The name of the function whose body this is; null where it is statements to be run.</summary>
    internal string? Function { get; init; }

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

    /// <summary>The types of a module, by which they are known outside of it.</summary>
    internal static ScriptSource OfModule(string path, IEnumerable<Type> types) => new(
        $"$null = {string.Join(", ", types.Select(static type => $"[{type.Name}]"))}", null, 1, 1, $"using module '{path.Replace("'", "''", StringComparison.Ordinal)}'; ");

    /// <summary>What stands between the braces of a block or a function.</summary>
    /// <param name="ast">The block or function.</param>
    /// <param name="text">Its text, where that differs from what stood there.</param>
    internal static ScriptSource Body(Ast ast, string? text = null)
    {
        var extent = ast.Extent;
        var function = ast as FunctionDefinitionAst;
        text ??= extent.Text;
        if (function is { Parameters: not null } or { IsFilter: true })
        {
            return Inside(function, text);
        }

        // What stands before and after the body is as it was.
        var body = function is null ? extent : function.Body.Extent;
        text = text[(body.StartOffset - extent.StartOffset)..(text.Length - (extent.EndOffset - body.EndOffset))];
        return text.StartsWith('{') && text.EndsWith('}')
            ? From(ast, body, text[1..^1]) with { Column = body.StartColumnNumber + 1 }
            : From(ast, body, text);
    }

    /// <summary>What a function does, as a block that does the same.</summary>
    internal static ScriptSource Body(FunctionInfo function) =>
        function.ScriptBlock.Ast is ScriptBlockAst { Parent: null } script ? From(script, script.Extent) : Body(function.ScriptBlock.Ast);

    /// <summary>
    /// The body of a function whose parameters stand before the braces, as those of a block; that of a filter as a process block. What is
    /// written in place of "function name(" is no longer than that, so that all the rest stays where it was.
    /// </summary>
    private static ScriptSource Inside(FunctionDefinitionAst function, string text)
    {
        var (extent, body) = (function.Extent, function.Body.Extent);
        var (start, end) = (body.StartOffset - extent.StartOffset, text.Length - (extent.EndOffset - body.EndOffset));
        var isProcess = function is { IsFilter: true, Body.ProcessBlock.Unnamed: true };
        var first = function.Body.ParamBlock is { } block ? block.Extent.EndOffset - extent.StartOffset : start + 1;
        var inner = isProcess ? $"{text[(start + 1)..first]}process{{{text[first..(end - 1)]}}}" : " " + text[(start + 1)..(end - 1)];
        var (line, column) = (body.StartLineNumber, body.StartColumnNumber);
        if (function.Parameters is { } parameters)
        {
            Parser.ParseInput(text, out var tokens, out _);
            var open = Array.Find(tokens, static token => token.Kind == TokenKind.LParen)!.Extent;
            inner = "param" + text[open.StartOffset..start] + inner;
            (line, column) = (extent.StartLineNumber + open.StartLineNumber - 1, open.StartColumnNumber + (open.StartLineNumber == 1 ? extent.StartColumnNumber - 1 : 0));
            column -= "param".Length;
        }

        column -= isProcess ? "process".Length : 0;
        return new(inner, extent.File, line, Math.Max(column, 1), UsingsOf(function, extent.StartOffset));
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

    internal static void Write(ValueWriter writer, ScriptSource? source)
    {
        writer.Write(source?.Text);
        if (source is not null)
        {
            writer.Write(source.File);
            writer.Write(source.Line);
            writer.Write(source.Column);
            writer.Write(source.Usings);
            writer.Write(source.Function);
        }
    }

    internal static void Write(ValueWriter writer, List<ScriptSource> sources)
    {
        writer.Write(sources.Count);
        foreach (var source in sources)
        {
            Write(writer, source);
        }
    }

    internal static ScriptSource? Read(ref ValueReader reader) =>
        reader.Read() is string text
            ? new ScriptSource(text, (string?)reader.Read(), (int)reader.Read()!, (int)reader.Read()!, (string)reader.Read()!)
            { Function = (string?)reader.Read() }
            : null;

    internal static List<ScriptSource> ReadList(ref ValueReader reader)
    {
        var sources = new List<ScriptSource>();
        for (var count = (int)reader.Read()!; count > 0; count--)
        {
            sources.Add(Read(ref reader)!);
        }

        return sources;
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
