using System.Management.Automation;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Breaks a barrier, for all that wait and all that come: Python's <c>abort()</c>.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ProcBarrier", SupportsShouldProcess = true)]
[OutputType(typeof(ProcBarrier))]
public sealed class StopProcBarrierCommand : BarrierCommand
{
    private protected override bool Change(ProcBarrier target)
    {
        if (!ShouldProcess(target.ToString(), "Break"))
        {
            return false;
        }

        target.Abort();
        return true;
    }
}
