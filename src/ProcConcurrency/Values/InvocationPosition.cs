using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Values;

/// <summary>Where in a script something happened, down to the columns that an error underlines.</summary>
internal sealed class InvocationPosition
{
    public string? File { get; init; }

    public string Line { get; init; } = string.Empty;

    public int StartLine { get; init; }

    public int StartColumn { get; init; }

    public int EndLine { get; init; }

    public int EndColumn { get; init; }

    /// <summary>The text of the last line, where that is not the first.</summary>
    public string? EndText { get; init; }

    public static InvocationPosition Of(InvocationInfo invocation)
    {
        IScriptExtent? extent = EngineInternals.Positions.Of(invocation);
        return new InvocationPosition
        {
            File = invocation.ScriptName,
            Line = BlockText.Restore(invocation.Line ?? string.Empty),
            StartLine = invocation.ScriptLineNumber,
            StartColumn = invocation.OffsetInLine,
            EndLine = extent?.EndLineNumber ?? invocation.ScriptLineNumber,
            EndColumn = extent?.EndColumnNumber ?? invocation.OffsetInLine,
            EndText = extent is not null && extent.EndLineNumber != extent.StartLineNumber
                ? BlockText.Restore(extent.EndScriptPosition?.Line ?? string.Empty)
                : null,
        };
    }

    /// <summary>The extent, with columns brought inside their lines: the engine cuts texts by them without looking.</summary>
    public IScriptExtent? ToExtent()
    {
        if (StartLine <= 0)
        {
            return EngineInternals.Positions.None;
        }

        // Measured as the engine does, without the blanks at the end of the line.
        int last = Line.TrimEnd().Length + 1;
        int startColumn = Math.Clamp(StartColumn, 1, last);
        bool oneLine = EndLine <= StartLine;
        string endText = oneLine ? Line : EndText ?? string.Empty;
        int endColumn = oneLine ? Math.Clamp(EndColumn, startColumn, last) : Math.Clamp(EndColumn, 1, Math.Max(1, endText.Length));
        return new ScriptExtent(
            new ScriptPosition(File, StartLine, startColumn, Line),
            new ScriptPosition(File, oneLine ? StartLine : EndLine, endColumn, endText));
    }
}
