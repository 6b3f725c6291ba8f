using System.Management.Automation;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>Makes a pipe, and writes its two ends: Python's <c>Pipe()</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcPipe")]
[OutputType(typeof(ProcPipe))]
public sealed class NewProcPipeCommand : ProcCmdlet
{
    /// <summary>The first end only receives, the second only sends.</summary>
    [Parameter]
    public SwitchParameter OneWay { get; set; }

    private protected override void End()
    {
        var (first, second) = ProcPipe.Create(SessionValues.Hub, OneWay);
        WriteObject(first);
        WriteObject(second);
    }
}
