using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Closes ends of pipes.</summary>
[Cmdlet(VerbsCommon.Close, "ProcPipe", SupportsShouldProcess = true)]
[OutputType(typeof(ProcPipe))]
public sealed class CloseProcPipeCommand : PassingCommand
{
    /// <summary>The ends.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Takes<ProcPipe>(Many = true)]
    public ProcPipe[] Pipe { get; set; } = [];

    private protected override void Process()
    {
        foreach (var pipe in Pipe)
        {
            if (ShouldProcess(pipe.ToString(), "Close"))
            {
                pipe.Close();
                Pass(pipe);
            }
        }
    }
}
