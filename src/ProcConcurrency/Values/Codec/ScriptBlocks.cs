using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Values;

// Script blocks: their text, and where it stands in its file.
internal sealed partial class ValueWriter
{
    private void WriteScriptBlock(ScriptBlock block)
    {
        WriteTag(ValueTag.ScriptBlock);
        WriteVar(EngineInternals.Blocks.IsConstrained(block) ? 1u : 0);
        WriteString(block.ToString());
        WriteText(block.File);
        WriteVar((uint)(block.Ast?.Extent?.StartLineNumber ?? 0));

        // 0: a whole script, which no brace opens.
        WriteVar(block.Ast?.Parent is null ? 0 : (uint)block.Ast.Extent.StartColumnNumber);
    }
}

internal ref partial struct ValueReader
{
    private object? ReadScriptBlock()
    {
        var parts = (IsConstrained: ReadVar32() != 0, Text: ReadRequiredText(), File: ReadText(), Line: ReadVar32(), Column: ReadVar32());
        return Make(typeof(ScriptBlock), parts, static it => ToScriptBlock(it.IsConstrained, it.Text, it.File, it.Line, it.Column));
    }

    private static ScriptBlock ToScriptBlock(bool isConstrained, string text, string? file, uint line, uint column)
    {
        if (isConstrained)
        {
            return EngineInternals.Blocks.Constrain(Parser.ParseInput(text, file, out _, out _).GetScriptBlock());
        }

        if (string.IsNullOrEmpty(file) || line is 0 or > ValueLimits.ScriptLines || column > 10_000)
        {
            return ScriptBlock.Create(text);
        }

        if (column == 0)
        {
            return line == 1 ? Parser.ParseInput(text, file, out _, out _).GetScriptBlock() : ScriptBlock.Create(text);
        }

        // Behind as many line breaks and blanks as it had before it, so that its errors name the file's own lines.
        string padded = new string('\n', (int)line - 1) + new string(' ', (int)column - 1) + "{" + text + "}";
        ScriptBlockAst script = Parser.ParseInput(padded, file, out _, out ParseError[] errors);
        return errors.Length == 0
            && script.Find(static ast => ast is ScriptBlockExpressionAst, searchNestedScriptBlocks: false) is ScriptBlockExpressionAst inner
            && inner.ScriptBlock.GetScriptBlock() is { } block && block.ToString() == text
            ? block
            : ScriptBlock.Create(text);
    }
}
