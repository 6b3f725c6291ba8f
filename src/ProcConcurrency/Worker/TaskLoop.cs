using System.Management.Automation;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// The step of a worker's pipeline that calls a plain block for each task. A task that ends by an error ends alone; what ends the
/// pipeline in another way, a stop, an <c>exit</c> or a <c>break</c>, does so here, too.
/// </summary>
internal sealed class TaskLoop : PSCmdlet
{
    /// <summary>How the block is called by a task that brings arguments by name.</summary>
    internal const string Naming = "param($__run, $__with, $__by) & $__run @__with @__by";

    /// <summary>As a command, which nobody finds by its name.</summary>
    internal static CmdletInfo Command { get; } = new("Invoke-EachTask", typeof(TaskLoop));

    /// <summary>What is called, and for which tasks.</summary>
    [Parameter(Mandatory = true)]
    public TaskLoopWork Work { get; set; } = null!;

    // Not at the end: only while a record is processed do the errors of what a cmdlet calls go where its own go.
    protected override void ProcessRecord()
    {
        var (tasks, block, shared) = Work;
        var call = new EngineInternals.DirectCall(this, block);
        while (tasks.MoveNext())
        {
            try
            {
                object?[] following = tasks.ArgumentList ?? shared;
                var arguments = tasks.Form.HasFlag(TaskForm.NoInput) ? following : [tasks.Current, .. following];
                if (tasks.Parameters is { Count: > 0 } named)
                {
                    new EngineInternals.DirectCall(this, ScriptBlock.Create(Naming)).Invoke(tasks.Current, [block, arguments, named]);
                }
                else
                {
                    call.Invoke(tasks.Current, arguments);
                }
            }
            catch (Exception error) when (error is (RuntimeException or IContainsErrorRecord) and not PipelineStoppedException && !tasks.IsStopped())
            {
                tasks.Fail(ThrownError.RecordOf(error));
            }
        }
    }
}

/// <summary>What a <see cref="TaskLoop"/> does.</summary>
/// <param name="Tasks">Whose tasks.</param>
/// <param name="Block">What is called.</param>
/// <param name="Arguments">What follows the input, where tasks bring nothing of their own.</param>
internal sealed record TaskLoopWork(TaskQueue Tasks, ScriptBlock Block, object?[] Arguments);
