using System.Management.Automation;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Resets an event: who comes now waits. Python's <c>clear()</c>.</summary>
[Cmdlet(VerbsCommon.Reset, "ProcEvent")]
[OutputType(typeof(ProcEvent))]
public sealed class ResetProcEventCommand : EventCommand
{
    private protected override void Use(ProcEvent target) => target.Reset();
}
