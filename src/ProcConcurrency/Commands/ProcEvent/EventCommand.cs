using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that changes an event.</summary>
public abstract class EventCommand : ProcCmdlet
{
    /// <summary>The event, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    public ProcObjectReference Event { get; set; } = null!;

    private protected sealed override void Process() => Change(Event.Resolve<ProcEvent>("event"));

    private protected abstract void Change(ProcEvent target);
}
