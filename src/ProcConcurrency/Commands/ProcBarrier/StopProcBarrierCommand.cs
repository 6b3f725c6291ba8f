using System.Management.Automation;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Breaks a barrier, for all that wait and all that come: Python's <c>abort()</c>.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ProcBarrier")]
[OutputType(typeof(void))]
public sealed class StopProcBarrierCommand : BarrierCommand
{
    private protected override void Change(ProcBarrier target) => target.Abort();
}
