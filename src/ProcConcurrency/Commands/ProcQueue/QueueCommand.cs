using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that does something with queues, one after the other.</summary>
public abstract class QueueCommand : ProcCmdlet
{
    /// <summary>What a queue is called in an error.</summary>
    internal const string KindName = "queue";

    /// <summary>The queue, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    public ProcObjectReference Queue { get; set; } = null!;

    private protected sealed override void Process() => Use(Queue.Resolve<ProcQueue>(KindName));

    private protected abstract void Use(ProcQueue queue);
}
