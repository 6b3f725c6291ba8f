using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// Where an error is that a block writes itself, by Write-Error or its own <c>$PSCmdlet</c>. The engine gives such an
/// error the place where the block was called, and a child's block is called by us: no place that its author knows.
/// The stack trace has the line.
/// </summary>
internal static partial class BlockPosition
{
    /// <summary>The line that the error was written at; null where its own position is one of its author's.</summary>
    internal static IScriptExtent? Find(ErrorRecord error)
    {
        if (error.InvocationInfo is not { } invocation || !string.IsNullOrEmpty(invocation.ScriptName) || !IsOurs(invocation.Line)
            || Called(invocation.MyCommand) is not { } block || error.ScriptStackTrace is not { } trace)
        {
            return null;
        }

        var top = trace.AsSpan(0, trace.IndexOf('\n') is >= 0 and var end ? end : trace.Length).TrimEnd().ToString();
        return TopFrame().Match(top) is { Success: true } frame && IsOf(block, frame)
            ? Line(block, int.Parse(frame.Groups["line"].ValueSpan, CultureInfo.InvariantCulture))
            : null;
    }

    private static bool IsOurs(string? line) => string.IsNullOrEmpty(line) || line == WorkerEngine.DotSourcing || ItemCall.IsLine(line);

    private static ScriptBlockAst? Called(CommandInfo? command) => command switch
    {
        FunctionInfo function => function.ScriptBlock,
        ScriptInfo script => script.ScriptBlock,
        _ => null,
    } is { Ast: var ast } ? ast as ScriptBlockAst ?? (ast as FunctionDefinitionAst)?.Body : null;

    /// <summary>Of the block's file; where that has none, of a block: a class's method may stand in another text without a file.</summary>
    private static bool IsOf(ScriptBlockAst block, Match frame) => block.Extent.File is { } file
        ? frame.Groups["place"].ValueSpan.EndsWith($", {file}", StringComparison.Ordinal)
        : frame.Groups["place"].ValueSpan.StartsWith("<ScriptBlock>", StringComparison.Ordinal);

    private static IScriptExtent? Line(ScriptBlockAst block, int number)
    {
        var text = block.Extent.StartScriptPosition.GetFullScript()?.Split('\n');
        if (number < block.Extent.StartLineNumber || number > block.Extent.EndLineNumber || text is null)
        {
            return null;
        }

        var line = text[number - 1].TrimEnd();
        return new InvocationPosition
        {
            File = block.Extent.File,
            Line = line,
            StartLine = number,
            StartColumn = line.Length - line.TrimStart().Length + 1,
            EndLine = number,
            EndColumn = line.Length + 1,
        }.ToExtent();
    }

    [GeneratedRegex(@"^at (?<place>.*): line (?<line>\d{1,9})$", RegexOptions.CultureInvariant)]
    private static partial Regex TopFrame();
}
