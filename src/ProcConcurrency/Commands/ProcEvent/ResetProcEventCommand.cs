using System.Management.Automation;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Resets an event: who comes now waits. Python's <c>clear()</c>.</summary>
[Cmdlet(VerbsCommon.Reset, "ProcEvent")]
[OutputType(typeof(void))]
public sealed class ResetProcEventCommand : EventCommand
{
    private protected override void Change(ProcEvent target) => target.Reset();
}
