using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Waits until every item that was sent to a queue has been completed: Python's <c>join()</c>.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ProcQueue")]
[OutputType(typeof(ProcQueue))]
public sealed class WaitProcQueueCommand : QueueStepCommand
{
    /// <summary>The longest to wait; for ever where none is given.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    private protected override TimeSpan? LookUpLimit => Timeout?.Limit;

    private protected override bool Waits => true;

    private protected override bool Step(ProcQueue queue) =>
        queue.Wait(Timeout?.Limit, Canceled) ? true : throw Errors.ObjectWaitTimeout(queue, Timeout!.Value);
}
