using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Worker;

/// <summary>
/// How a pool calls its block for a task: with the input as <c>$_</c> and first argument; piped in as well where the block reads a
/// pipeline; not as an argument where the block takes none, or takes the input from the pipeline. Each task gets a scope of its own.
/// </summary>
/// <param name="Script">The loop over all tasks.</param>
internal sealed record ItemCall(string Script)
{
    // What follows the input: the same for all tasks, or what each task brings.
    private const string Shared = "@__with";
    private const string Own = "@__with @__by";
    private static readonly string[] s_calls = ["& $__run $_ {0}", ", $_ | & $__run $_ {0}", ", $_ | & $__run {0}", "& $__run {0}"];
    private static readonly HashSet<string> s_lines = [.. s_calls.SelectMany(static call => new[] { Loop(call, TaskForm.InputOnly), Loop(call, TaskForm.OwnArguments) })];

    /// <summary>Whether a line is one of these: no place that a block's author knows.</summary>
    internal static bool IsLine(string line) => s_lines.Contains(line);

    /// <param name="block">The block, as a function.</param>
    /// <param name="hasArguments">Whether more arguments follow the input.</param>
    /// <param name="form">How tasks bring what the block gets.</param>
    internal static ItemCall Of(FunctionInfo block, bool hasArguments, TaskForm form) =>
        new(Loop(form.HasFlag(TaskForm.NoInput) ? s_calls[3] : CallOf(block, hasArguments || form.HasFlag(TaskForm.OwnArguments)), form));

    private static string CallOf(FunctionInfo block, bool hasArguments)
    {
        if (!block.CmdletBinding)
        {
            return ReadsPipeline((ScriptBlockAst)block.ScriptBlock.Ast) ? s_calls[1] : s_calls[0];
        }

        // A command with [CmdletBinding()] or [Parameter()] takes no more arguments than it has parameters for.
        var parameters = block.ParameterSets.SelectMany(static set => set.Parameters).ToArray();
        if (!hasArguments && Array.Exists(parameters, static parameter => parameter.ValueFromPipeline || parameter.ValueFromPipelineByPropertyName))
        {
            return s_calls[2];
        }

        return Array.Exists(parameters, static parameter => parameter.Position >= 0) ? s_calls[0] : s_calls[3];
    }

    private static string Loop(string call, TaskForm form) => form.HasFlag(TaskForm.OwnArguments)
        ? $"param($__tasks, $__run, $__with) $__tasks | & {{ process {{ $__with = $__tasks.ArgumentList; $__by = $__tasks.Parameters; {string.Format(null, call, Own)} }} }}"
        : $"param($__tasks, $__run, $__with) $__tasks | & {{ process {{ {string.Format(null, call, Shared)} }} }}";

    private static bool ReadsPipeline(ScriptBlockAst block) =>
        block.BeginBlock is not null || block.ProcessBlock is not null || block.EndBlock is { Unnamed: false }
        || block.Find(static node => node is VariableExpressionAst { VariablePath.UserPath: var name } && name.Equals("input", StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: false) is not null;
}
