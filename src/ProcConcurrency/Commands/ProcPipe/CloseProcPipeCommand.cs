using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Closes ends of pipes.</summary>
[Cmdlet(VerbsCommon.Close, "ProcPipe")]
[OutputType(typeof(void))]
public sealed class CloseProcPipeCommand : ProcCmdlet
{
    /// <summary>The ends.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Takes<ProcPipe>(Many = true)]
    public ProcPipe[] Pipe { get; set; } = [];

    private protected override void Process() => Array.ForEach(Pipe, static pipe => pipe.Close());
}
