using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Waits until every item that was sent to a queue has been completed: Python's <c>join()</c>.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ProcQueue")]
[OutputType(typeof(void))]
public sealed class WaitProcQueueCommand : QueueCommand
{
    /// <summary>The longest to wait; for ever where none is given.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    private protected override void Use(ProcQueue queue)
    {
        if (!queue.Wait(Timeout?.Limit, Canceled))
        {
            throw Errors.ObjectWaitTimeout(queue, Timeout!.Value);
        }
    }
}
