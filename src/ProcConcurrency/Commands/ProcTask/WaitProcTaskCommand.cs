using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Commands;

/// <summary>Waits until tasks are over, and writes those that are. Callbacks run meanwhile.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ProcTask")]
[OutputType(typeof(ProcTask))]
public sealed class WaitProcTaskCommand : TaskCommand
{
    /// <summary>The longest to wait, for all together.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    /// <summary>Return as soon as one is over.</summary>
    [Parameter]
    public SwitchParameter Any { get; set; }

    private protected override void End()
    {
        var deadline = new Deadline(Timeout?.Limit);
        if (Any && Tasks.Count > 0)
        {
            ProcTask? first = null;
            if (TaskWait.Until(() => (first = Tasks.FirstOrDefault(static task => task.IsTold)) is not null, deadline, WriteError, Canceled))
            {
                Tell(first!);
                return;
            }
        }

        foreach (var task in Tasks)
        {
            if (TaskWait.Until(() => task.IsTold, deadline, WriteError, Canceled))
            {
                Tell(task);
            }
            else
            {
                WriteError(Errors.TaskWaitTimeout(task, Timeout!.Value));
            }
        }
    }

    private void Tell(ProcTask task)
    {
        WriteObject(task);
        PoolNews.Tell(task.Pool?.Core, WriteError, WriteWarning);
    }
}
