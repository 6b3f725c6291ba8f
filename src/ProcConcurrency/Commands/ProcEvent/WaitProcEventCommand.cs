using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Waits until an event is set.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ProcEvent")]
[OutputType(typeof(void))]
public sealed class WaitProcEventCommand : WaitingCommand
{
    /// <summary>The events, or their names (wildcards allowed).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNullOrEmpty]
    [Takes<ProcObjectReference>(Many = true)]
    public ProcObjectReference[] Event { get; set; } = [];

    private protected override void Process()
    {
        foreach (var target in ProcObjectReference.ResolveAll<ProcEvent>(Event, "event", WriteError))
        {
            if (!target.Wait(Timeout?.Limit, Canceled))
            {
                throw Errors.ObjectWaitTimeout(target, Timeout!.Value);
            }
        }
    }
}
