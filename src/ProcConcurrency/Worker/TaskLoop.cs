using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// The step of a worker's pipeline that calls a plain block for each task. A task that ends by an error ends alone; what ends the
/// pipeline in another way, a stop, an <c>exit</c> or a <c>break</c>, does so here, too.
/// </summary>
internal sealed class TaskLoop : PSCmdlet
{
    /// <summary>How the block is called where its arguments have names, or are to be converted.</summary>
    internal const string Binding = "param($__run, $__with, $__by) & $__run @__with @__by";

    // A command that nobody finds by its name.
    private static readonly CmdletInfo s_command = new("Invoke-EachTask", typeof(TaskLoop));
    private static readonly Hashtable s_unnamed = [];

    /// <summary>What is called, and for which tasks.</summary>
    [Parameter(Mandatory = true)]
    public TaskLoopWork Work { get; set; } = null!;

    /// <summary>Makes the loop a pipeline's command.</summary>
    internal static void AddTo(PowerShell shell, TaskLoopWork work) =>
        shell.AddCommand(s_command).AddParameter(nameof(Work), work with { Begun = HideDefaults(shell.Runspace.SessionStateProxy.PSVariable) });

    protected override void BeginProcessing() => Work.Begun();

    // Not at the end: only while a record is processed do the errors of what a cmdlet calls go where its own go.
    protected override void ProcessRecord()
    {
        var (tasks, block, bound, types, shared) = Work;
        var call = new EngineInternals.DirectCall(this, block);
        EngineInternals.DirectCall? binding = null;
        while (tasks.MoveNext())
        {
            try
            {
                object?[] following = tasks.ArgumentList ?? shared;
                var arguments = tasks.Form.HasFlag(TaskForm.NoInput) ? following : [tasks.Current, .. following];
                if (tasks.Parameters is not { Count: > 0 } && AreOf(types, arguments))
                {
                    call.Invoke(tasks.Current, arguments);
                }
                else
                {
                    binding ??= new EngineInternals.DirectCall(this, ScriptBlock.Create(Binding));
                    binding.Invoke(tasks.Current, [bound.Value, arguments, tasks.Parameters ?? s_unnamed]);
                }
            }
            catch (Exception error) when (IsOfTask(error) && !tasks.IsStopped())
            {
                tasks.Fail(ThrownError.RecordOf(error));
            }
        }
    }

    // The last two are the engine's own where memory runs out: it throws them by itself, and would name this cmdlet in the error.
    private static bool IsOfTask(Exception error) =>
        error is (RuntimeException or IContainsErrorRecord or InvalidOperationException or OutOfMemoryException) and not PipelineStoppedException;

    private static bool AreOf(Type?[] types, object?[] arguments)
    {
        for (var i = 0; i < types.Length; i++)
        {
            // What is missing a command leaves empty; here null would be converted.
            if (types[i] is { } type && (i >= arguments.Length || !type.IsInstanceOfType(arguments[i])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// What a script has put into <c>$PSDefaultParameterValues</c> for all commands isn't meant for this one: with an -OutVariable it would
    /// gather what all tasks write, for each to see. So there is nothing in that variable until what this returns is called.
    /// </summary>
    private static Action HideDefaults(PSVariableIntrinsics variables)
    {
        const ScopedItemOptions Fixed = ScopedItemOptions.Constant | ScopedItemOptions.ReadOnly;
        if (variables.Get("global:PSDefaultParameterValues") is not { Value: IDictionary { Count: > 0 } defaults } variable || (variable.Options & Fixed) != 0)
        {
            return static () => { };
        }

        try
        {
            variable.Value = null;
        }
        catch (RuntimeException)
        {
            // A script refuses it that value.
            return static () => { };
        }

        return () => variable.Value = defaults;
    }
}

/// <summary>What a <see cref="TaskLoop"/> does.</summary>
/// <param name="Tasks">Whose tasks.</param>
/// <param name="Block">What is called.</param>
/// <param name="Bound">The same, for the engine to bind and call.</param>
/// <param name="Types">What its parameters must be given, for what is anything else the engine has to bind.</param>
/// <param name="Arguments">What follows the input, where tasks bring nothing of their own.</param>
internal sealed record TaskLoopWork(TaskQueue Tasks, ScriptBlock Block, Lazy<ScriptBlock> Bound, Type?[] Types, object?[] Arguments)
{
    /// <summary>Is called before the first.</summary>
    internal Action Begun { get; init; } = static () => { };
}
