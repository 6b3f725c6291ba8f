using System.Management.Automation;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Sets an event: all that wait go on.</summary>
[Cmdlet(VerbsCommon.Set, "ProcEvent")]
[OutputType(typeof(ProcEvent))]
public sealed class SetProcEventCommand : EventCommand
{
    private protected override void Use(ProcEvent target) => target.Set();
}
