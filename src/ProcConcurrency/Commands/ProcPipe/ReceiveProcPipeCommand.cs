using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>Receives the next message of a pipe, or all until it is closed.</summary>
[Cmdlet(VerbsCommunications.Receive, "ProcPipe")]
[OutputType(typeof(object))]
public sealed class ReceiveProcPipeCommand : WaitingCommand
{
    /// <summary>The end.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Takes<ProcPipe>]
    public ProcPipe Pipe { get; set; } = null!;

    /// <summary>Take bytes only; an object stays in the pipe.</summary>
    [Parameter]
    public SwitchParameter AsBytes { get; set; }

    /// <summary>The longest message to take, in bytes.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxLength { get; set; } = int.MaxValue;

    /// <summary>Receive until the pipe is closed, which is no error then.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    private protected override void Process()
    {
        try
        {
            do
            {
                var message = Pipe.Receive(MaxLength, AsBytes, Timeout?.Limit, Canceled) ?? throw Errors.PipeWaitTimeout(Pipe, Timeout!.Value);
                object? opened;
                try
                {
                    opened = message.Open();
                }
                catch (ValueFormatException error) when (All)
                {
                    // That message's alone.
                    WriteError(Errors.NotReadable(error, Pipe));
                    continue;
                }

                WriteObject(opened, enumerateCollection: false);
            }
            while (All);
        }
        catch (PipeClosedException) when (All)
        {
            // What there was has been written.
        }
    }
}
