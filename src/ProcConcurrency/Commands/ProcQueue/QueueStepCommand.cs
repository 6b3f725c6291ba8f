using System.Management.Automation;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that takes nothing out of queues, and hands them on where it is asked to.</summary>
public abstract class QueueStepCommand : QueueCommand
{
    /// <summary>Write the queues that it was done with, for the next command of the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Whether it waits: then what is wrong with one of several queues ends it.</summary>
    private protected virtual bool Waits => false;

    private protected sealed override void Use(ProcQueue queue)
    {
        if (Waits)
        {
            // What comes after a wait relies on it.
            Do(queue);
        }
        else
        {
            StepOf(queue, Queue, () => Do(queue));
        }
    }

    private void Do(ProcQueue queue)
    {
        if (Step(queue) && PassThru)
        {
            WriteObject(queue, enumerateCollection: false);
        }
    }

    /// <summary>Does it; false where it was not to be done.</summary>
    private protected abstract bool Step(ProcQueue queue);
}
