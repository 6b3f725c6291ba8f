using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Worker;

/// <summary>
/// How a pool calls its block for an item: with the item as <c>$_</c> and first argument; piped in as well where the block reads a pipeline; not as
/// an argument where the block takes none, or takes the item from the pipeline. Each item gets a scope of its own.
/// </summary>
/// <param name="Script">The loop over all items.</param>
internal sealed record ItemCall(string Script)
{
    private const string Plain = "param($tasks, $run, $with) $tasks | & { process { & $run $_ @with } }";
    private const string Piped = "param($tasks, $run, $with) $tasks | & { process { , $_ | & $run $_ @with } }";
    private const string PipedOnly = "param($tasks, $run, $with) $tasks | & { process { , $_ | & $run @with } }";
    private const string NoArgument = "param($tasks, $run, $with) $tasks | & { process { & $run @with } }";

    /// <summary>Whether a line is one of these: no place that a block's author knows.</summary>
    internal static bool IsLine(string line) => line is Plain or Piped or PipedOnly or NoArgument;

    /// <param name="block">The block, as a function.</param>
    /// <param name="hasArguments">Whether more arguments follow the item.</param>
    internal static ItemCall Of(FunctionInfo block, bool hasArguments)
    {
        if (!block.CmdletBinding)
        {
            return new(ReadsPipeline((ScriptBlockAst)block.ScriptBlock.Ast) ? Piped : Plain);
        }

        // A command with [CmdletBinding()] or [Parameter()] takes no more arguments than it has parameters for.
        var parameters = block.ParameterSets.SelectMany(static set => set.Parameters).ToArray();
        if (!hasArguments && Array.Exists(parameters, static parameter => parameter.ValueFromPipeline))
        {
            return new(PipedOnly);
        }

        return new(Array.Exists(parameters, static parameter => parameter.Position >= 0) ? Plain : NoArgument);
    }

    private static bool ReadsPipeline(ScriptBlockAst block) =>
        block.BeginBlock is not null || block.ProcessBlock is not null || block.EndBlock is { Unnamed: false }
        || block.Find(static node => node is VariableExpressionAst { VariablePath.UserPath: var name } && name.Equals("input", StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: false) is not null;
}
