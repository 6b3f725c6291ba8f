using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Worker;

/// <summary>
/// How a pool calls its block for a task: with the input as <c>$_</c> and first argument; piped in as well where the block reads a
/// pipeline; not as an argument where the block takes none, or takes the input from the pipeline. Each task gets a scope of its own.
/// A plain block is called without a command around it, which costs a fifth of a trivial task (<see cref="TaskLoop"/>).
/// </summary>
internal sealed class ItemCall
{
    private readonly Action<PowerShell, TaskQueue> _add;

    private ItemCall(Action<PowerShell, TaskQueue> add) => _add = add;

    /// <summary>Makes the loop over all tasks a pipeline's command.</summary>
    internal void AddTo(PowerShell shell, TaskQueue tasks) => _add(shell, tasks);

    // What follows the input: the same for all tasks, or what each task brings.
    private const string Shared = "@__with";
    private const string Own = "@__with @__by";
    private static readonly string[] s_calls = ["& $__run $_ {0}", ", $_ | & $__run $_ {0}", ", $_ | & $__run {0}", "& $__run {0}"];
    private static readonly HashSet<string> s_lines = [TaskLoop.Naming, .. s_calls.SelectMany(static call => new[] { Loop(call, TaskForm.InputOnly), Loop(call, TaskForm.OwnArguments) })];

    /// <summary>Whether a line is one of these: no place that a block's author knows.</summary>
    internal static bool IsLine(string line) => s_lines.Contains(line);

    /// <param name="block">What is called.</param>
    /// <param name="asFunction">Makes a function of it, which tells its parameters.</param>
    /// <param name="arguments">What follows the input, where tasks bring nothing of their own.</param>
    /// <param name="form">How tasks bring what the block gets.</param>
    internal static ItemCall Of(ScriptBlock block, Func<ScriptBlock, FunctionInfo> asFunction, object?[] arguments, TaskForm form)
    {
        if (EngineInternals.DirectCall.IsPossible && IsPlain((ScriptBlockAst)block.Ast))
        {
            var asks = Mentions((ScriptBlockAst)block.Ast, "MyInvocation", nested: true);
            return new((shell, tasks) => TaskLoop.AddTo(shell, new TaskLoopWork(tasks, block, arguments, asks)));
        }

        var call = form.HasFlag(TaskForm.NoInput) ? s_calls[3] : CallOf(asFunction(block), arguments.Length > 0 || form.HasFlag(TaskForm.OwnArguments));
        var (script, own) = (Loop(call, form), ItemBlock.Of(block));
        return new((shell, tasks) => shell.AddScript(script, useLocalScope: true).AddArgument(new TaskSequence(tasks)).AddArgument(own).AddArgument(arguments));
    }

    /// <summary>Whether nothing of it reads a pipeline or looks at how it was called, and its parameters take all that comes.</summary>
    private static bool IsPlain(ScriptBlockAst block) => !ReadsPipeline(block) && !Mentions(block, "PSBoundParameters", nested: true)
        && (block.ParamBlock is not { } head
            || (head.Attributes.Count == 0 && head.Parameters.All(static parameter => parameter is { Attributes.Count: 0, DefaultValue: null })));

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

    // One with named blocks, or that may do so in its only one.
    private static bool ReadsPipeline(ScriptBlockAst block) => block.EndBlock is not { Unnamed: true } || Mentions(block, "input", nested: false);

    private static bool Mentions(ScriptBlockAst block, string variable, bool nested) => block.Find(
        node => node is VariableExpressionAst { VariablePath.UserPath: var name } && name.Equals(variable, StringComparison.OrdinalIgnoreCase), nested) is not null;
}
