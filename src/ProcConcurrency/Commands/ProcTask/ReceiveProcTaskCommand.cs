using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Commands;

/// <summary>
/// Waits for tasks and writes what they wrote, every stream to its own, in the order of the tasks: Python's <c>get</c>, as often as
/// asked. Callbacks run meanwhile.
/// </summary>
[Cmdlet(VerbsCommunications.Receive, "ProcTask")]
[OutputType(typeof(object))]
public sealed class ReceiveProcTaskCommand : TaskCommand
{
    /// <summary>The longest to wait, for all together; what is over is written all the same.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    private protected override void End()
    {
        var deadline = new Deadline(Timeout?.Limit);
        foreach (var task in Tasks)
        {
            if (!TaskWait.Until(() => task.IsTold, deadline, WriteError, Canceled))
            {
                WriteError(Errors.TaskWaitTimeout(task, Timeout!.Value));
                continue;
            }

            TaskRecords.Write(this, task);
        }
    }
}
