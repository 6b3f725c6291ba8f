using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that changes an event.</summary>
public abstract class EventCommand : ProcCmdlet
{
    /// <summary>The events, or their names (wildcards allowed).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNullOrEmpty]
    [Takes<ProcObjectReference>(Many = true)]
    public ProcObjectReference[] Event { get; set; } = [];

    private protected sealed override void Process()
    {
        foreach (var target in ProcObjectReference.ResolveAll<ProcEvent>(Event, "event", WriteError))
        {
            Change(target);
        }
    }

    private protected abstract void Change(ProcEvent target);
}
