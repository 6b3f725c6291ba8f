using System.Management.Automation;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that takes nothing out of queues, and hands them on where it is asked to.</summary>
public abstract class QueueStepCommand : QueueCommand
{
    /// <summary>Write the queues that it was done with, for the next command of the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected sealed override void Use(ProcQueue queue) => StepOf(queue, Queue, () =>
    {
        if (Step(queue) && PassThru)
        {
            WriteObject(queue, enumerateCollection: false);
        }
    });

    /// <summary>Does it; false where it was not to be done.</summary>
    private protected abstract bool Step(ProcQueue queue);
}
