using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Commands;

/// <summary>Runs a block in a pool, waits for it, and writes what it wrote: Python's <c>apply</c>. With input one after the other.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ProcTask")]
[OutputType(typeof(object))]
public sealed class InvokeProcTaskCommand : SubmitCommand
{
    private ProcTask? _running;

    /// <summary>The longest to wait; the task is ended then.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    private protected override void Process()
    {
        if (Submit(isAttended: true) is not { } task)
        {
            return;
        }

        _running = task;
        try
        {
            if (!TaskWait.UntilOver(task, new Deadline(Timeout?.Limit), WriteError, Canceled))
            {
                task.Cancel();
                WriteError(Errors.TaskEnded(task, Timeout!.Value));
                return;
            }
        }
        finally
        {
            // Where the wait was broken off, too: by a stop that came before there was a task to end, or by a callback's error.
            task.Cancel();
            _running = null;
        }

        TaskRecords.Write(this, task);
    }

    private protected override void OnStopping() => _running?.Cancel();
}
