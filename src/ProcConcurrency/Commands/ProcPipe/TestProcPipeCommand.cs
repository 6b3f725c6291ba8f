using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Tells whether there is something to receive: Python's <c>poll()</c>.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ProcPipe")]
[OutputType(typeof(bool))]
public sealed class TestProcPipeCommand : ProcCmdlet
{
    /// <summary>The end.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Takes<ProcPipe>]
    public ProcPipe Pipe { get; set; } = null!;

    /// <summary>The longest to wait for it; without one it only looks.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    private protected override void Process() => WriteObject(Pipe.Poll(Timeout is null ? TimeSpan.Zero : Timeout.Limit, Canceled));
}
