using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Makes a semaphore: Python's <c>Semaphore(n)</c> and <c>BoundedSemaphore(n)</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcSemaphore")]
[OutputType(typeof(ProcSemaphore))]
public sealed class NewProcSemaphoreCommand : NewObjectCommand
{
    /// <summary>The places that are free at first.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateRange(0, int.MaxValue)]
    public int Count { get; set; }

    /// <summary>There may never be more.</summary>
    [Parameter]
    public SwitchParameter Bounded { get; set; }

    private protected override ProcObject Create() => ProcSemaphore.Create(Port, Count, Bounded, Name);
}
