using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using ProcConcurrency.Scripts;

namespace ProcConcurrency.Worker;

/// <summary>
/// How a pool calls its block for a task: with the input as <c>$_</c> and first argument; piped in as well where the block reads a
/// pipeline; not as an argument where the block takes none, or takes the input from the pipeline. Each task gets a scope of its own.
/// A plain block is called without a command around it, which costs more than all else of a trivial task (<see cref="TaskLoop"/>).
/// </summary>
internal sealed partial class ItemCall
{
    // What follows the input: the same for all tasks, or what each task brings.
    private const string Shared = "@__with";
    private const string Own = "@__with @__by";
    private static readonly string[] s_calls = ["& $__run $_ {0}", ", $_ | & $__run $_ {0}", ", $_ | & $__run {0}", "& $__run {0}"];
    private static readonly HashSet<string> s_lines = [TaskLoop.Binding, .. s_calls.SelectMany(static call => new[] { Loop(call, TaskForm.InputOnly), Loop(call, TaskForm.OwnArguments) })];
    private readonly Action<PowerShell, TaskQueue> _add;

    private ItemCall(Action<PowerShell, TaskQueue> add) => _add = add;

    /// <summary>Makes the loop over all tasks a pipeline's command.</summary>
    internal void AddTo(PowerShell shell, TaskQueue tasks) => _add(shell, tasks);

    /// <summary>Whether a line is one of these: no place that a block's author knows.</summary>
    internal static bool IsLine(string line) => s_lines.Contains(line);

    /// <param name="source">What is called.</param>
    /// <param name="asFunction">Makes a function of a block, which tells its parameters.</param>
    /// <param name="arguments">What follows the input, where tasks bring nothing of their own.</param>
    /// <param name="form">How tasks bring what the block gets.</param>
    internal static ItemCall Of(ScriptSource source, Func<ScriptBlock, FunctionInfo> asFunction, object?[] arguments, TaskForm form)
    {
        var block = source.ToScriptBlock();
        if (EngineInternals.DirectCall.IsPossible && TypesOfPlain((ScriptBlockAst)block.Ast) is { } types)
        {
            // Of a text read anew: a copy shares the names of types with what it is of, and takes them for those that it defines.
            var bound = new Lazy<ScriptBlock>(() => ItemBlock.Of(source.ToScriptBlock()));
            return new((shell, tasks) => TaskLoop.AddTo(shell, new TaskLoopWork(tasks, block, bound, types, arguments)));
        }

        var own = ItemBlock.Of(block);
        var call = form.HasFlag(TaskForm.NoInput) ? s_calls[3] : CallOf(asFunction(own), arguments.Length > 0 || form.HasFlag(TaskForm.OwnArguments));
        var script = Loop(call, form);
        return new((shell, tasks) => shell.AddScript(script, useLocalScope: true).AddArgument(new TaskSequence(tasks)).AddArgument(own).AddArgument(arguments));
    }

    /// <summary>
    /// What the parameters of a plain block must be given, each null where it takes everything; null where the block is none: where it
    /// reads a pipeline, or asks how it was called, or its parameters do more than to take what comes.
    /// </summary>
    private static Type?[]? TypesOfPlain(ScriptBlockAst block)
    {
        if (ReadsPipeline(block) || block.ParamBlock is { Attributes.Count: > 0 } || AsksForItsCall().IsMatch(block.Extent.Text))
        {
            return null;
        }

        var parameters = block.ParamBlock?.Parameters ?? Enumerable.Empty<ParameterAst>();
        return parameters.All(TakesWhatComes) ? [.. parameters.Select(TypeOf)] : null;
    }

    private static bool TakesWhatComes(ParameterAst parameter)
    {
        var type = TypeOf(parameter);

        // A switch is bound by its name alone, and a reference is none of what it refers to.
        return parameter.Attributes.Count == (type is null ? 0 : 1) && type != typeof(SwitchParameter) && type != typeof(PSReference)
            && parameter.DefaultValue is null or ConstantExpressionAst;
    }

    private static Type? TypeOf(ParameterAst parameter) => parameter.Attributes is [TypeConstraintAst { TypeName: var name }] ? name.GetReflectionType() : null;

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
    private static bool ReadsPipeline(ScriptBlockAst block) => block.EndBlock is not { Unnamed: true } || block.Find(
        static node => node is VariableExpressionAst { VariablePath.UserPath: var name } && name.Equals("input", StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: false) is not null;

    // By whatever name: $local:MyInvocation, Get-Variable MyInvocation.
    [GeneratedRegex("MyInvocation|PSBoundParameters", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AsksForItsCall();
}
