using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Worker;

/// <summary>
/// A pool's block that has <c>$_</c> as a variable of its own. One that only inherits it loses it behind a <c>switch</c> or a
/// <c>catch</c>: these give <c>$_</c> another value for a while, and put back what the block's own scope had, which is nothing.
/// </summary>
internal static class ItemBlock
{
    private static readonly StatementAst s_own = Parser.ParseInput("$_ = $_", out _, out _).EndBlock.Statements[0];

    /// <summary>
    /// The block, with a first statement that stands nowhere in its text. As it is where it has named blocks, for it is given <c>$_</c>
    /// there, and where it defines a class, of which the engine doesn't copy all.
    /// </summary>
    internal static ScriptBlock Of(ScriptBlock block)
    {
        var script = (ScriptBlockAst)block.Ast;
        if (script.EndBlock is not { Unnamed: true } body || script.Find(static node => node is TypeDefinitionAst { IsClass: true }, searchNestedScriptBlocks: true) is not null)
        {
            return block;
        }

        // All is copied, for a node has one place in one tree.
        var statements = new StatementBlockAst(body.Extent, [(StatementAst)s_own.Copy(), .. Copy(body.Statements)], Copy(body.Traps));
        return new ScriptBlockAst(script.Extent, script.UsingStatements?.Select(Copy), (ParamBlockAst?)script.ParamBlock?.Copy(), statements, isFilter: false, isConfiguration: false)
            .GetScriptBlock();
    }

    // The engine's own copy of one fails.
    private static UsingStatementAst Copy(UsingStatementAst statement) => statement.ModuleSpecification is { } module
        ? new UsingStatementAst(statement.Extent, (HashtableAst)module.Copy())
        : new UsingStatementAst(statement.Extent, statement.UsingStatementKind, (StringConstantExpressionAst)statement.Name.Copy());

    private static IEnumerable<T> Copy<T>(IEnumerable<T>? nodes)
        where T : Ast => nodes?.Select(static node => (T)node.Copy()) ?? [];
}
