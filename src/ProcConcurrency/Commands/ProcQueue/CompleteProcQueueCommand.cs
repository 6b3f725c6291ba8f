using System.Management.Automation;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Says that items that were received are done: Python's <c>task_done()</c>.</summary>
[Cmdlet(VerbsLifecycle.Complete, "ProcQueue")]
[OutputType(typeof(ProcQueue))]
public sealed class CompleteProcQueueCommand : QueueStepCommand
{
    /// <summary>How many.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    private protected override bool Step(ProcQueue queue)
    {
        queue.Complete(Count);
        return true;
    }
}
