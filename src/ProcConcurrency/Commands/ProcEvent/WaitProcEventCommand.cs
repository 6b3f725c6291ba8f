using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Waits until an event is set.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ProcEvent")]
[OutputType(typeof(ProcEvent))]
public sealed class WaitProcEventCommand : EventCommand
{
    /// <summary>The longest to wait; for ever where none is given.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    private protected override TimeSpan? LookUpLimit => Timeout?.Limit;

    private protected override bool Waits => true;

    private protected override void Use(ProcEvent target)
    {
        if (!target.Wait(Timeout?.Limit, Canceled))
        {
            throw Errors.ObjectWaitTimeout(target, Timeout!.Value);
        }
    }
}
