using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Makes an event: Python's <c>Event()</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcEvent")]
[OutputType(typeof(ProcEvent))]
public sealed class NewProcEventCommand : NewObjectCommand
{
    /// <summary>It begins set.</summary>
    [Parameter]
    public SwitchParameter Set { get; set; }

    private protected override ProcObject Create() => ProcEvent.Create(Port, Set, Name);
}
