using System.Management.Automation;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Makes a broken barrier whole; who waits at it now gets BarrierBroken.</summary>
[Cmdlet(VerbsCommon.Reset, "ProcBarrier")]
[OutputType(typeof(ProcBarrier))]
public sealed class ResetProcBarrierCommand : BarrierCommand
{
    private protected override bool Change(ProcBarrier target)
    {
        target.Reset();
        return true;
    }
}
