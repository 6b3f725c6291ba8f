using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that changes a barrier.</summary>
public abstract class BarrierCommand : PassingCommand
{
    /// <summary>The barriers, or their names (wildcards allowed).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Takes<ProcObjectReference>(Many = true)]
    public ProcObjectReference[] Barrier { get; set; } = [];

    private protected sealed override void Process()
    {
        foreach (var target in ProcObjectReference.ResolveAll<ProcBarrier>(Barrier, "barrier", WriteError))
        {
            StepOf(target, Barrier, () =>
            {
                if (Change(target))
                {
                    Pass(target);
                }
            });
        }
    }

    /// <summary>Does it; false where it was not to be done.</summary>
    private protected abstract bool Change(ProcBarrier target);
}
