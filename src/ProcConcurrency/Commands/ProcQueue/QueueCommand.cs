using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that does something with queues, one after the other.</summary>
public abstract class QueueCommand : ProcCmdlet
{
    /// <summary>What a queue is called in an error.</summary>
    internal const string KindName = "queue";

    /// <summary>The queues, or their names (wildcards allowed).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Takes<ProcObjectReference>(Many = true)]
    public ProcObjectReference[] Queue { get; set; } = [];

    /// <summary>How long a name may be looked up; null for ever.</summary>
    private protected virtual TimeSpan? LookUpLimit => null;

    private protected sealed override void Process()
    {
        foreach (var queue in ProcObjectReference.ResolveAll<ProcQueue>(Queue, KindName, WriteError, LookUpLimit))
        {
            Use(queue);
        }
    }

    private protected abstract void Use(ProcQueue queue);
}
