using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Waits until an event is set.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ProcEvent")]
[OutputType(typeof(void))]
public sealed class WaitProcEventCommand : WaitingCommand
{
    /// <summary>The event, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    public ProcObjectReference Event { get; set; } = null!;

    private protected override void Process()
    {
        var target = Event.Resolve<ProcEvent>("event");
        if (!target.Wait(Timeout?.Value, Canceled))
        {
            throw Errors.ObjectWaitTimeout(target, Timeout!.Value);
        }
    }
}
