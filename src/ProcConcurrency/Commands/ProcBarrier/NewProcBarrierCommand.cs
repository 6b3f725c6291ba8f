using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Makes a barrier: Python's <c>Barrier(parties, action)</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcBarrier")]
[OutputType(typeof(ProcBarrier))]
public sealed class NewProcBarrierCommand : NewObjectCommand
{
    /// <summary>How many have to come before anybody goes on.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; }

    /// <summary>What the last to come runs, in its process, before all go on.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [Takes<ScriptBlock>]
    public ScriptBlock? Action { get; set; }

    private protected override ProcObject Create() => ProcBarrier.Create(Port, Count, Action, Name);
}
