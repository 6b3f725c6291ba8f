using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that changes events, or waits for them, one after the other.</summary>
public abstract class EventCommand : PassingCommand
{
    /// <summary>The events, or their names (wildcards allowed).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Takes<ProcObjectReference>(Many = true)]
    public ProcObjectReference[] Event { get; set; } = [];

    /// <summary>How long a name may be looked up; null for ever.</summary>
    private protected virtual TimeSpan? LookUpLimit => null;

    private protected sealed override void Process()
    {
        foreach (var target in ProcObjectReference.ResolveAll<ProcEvent>(Event, "event", WriteError, LookUpLimit))
        {
            StepOf(target, Event, () =>
            {
                Use(target);
                Pass(target);
            });
        }
    }

    private protected abstract void Use(ProcEvent target);
}
