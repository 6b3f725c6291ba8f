using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Sends objects, or bytes as they are, into an end of a pipe.</summary>
[Cmdlet(VerbsCommunications.Send, "ProcPipe", DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(object))]
public sealed class SendProcPipeCommand : WaitingCommand
{
    private const string ObjectSet = "Object";
    private const string BytesSet = "Bytes";

    /// <summary>The end.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    [Takes<ProcPipe>]
    public ProcPipe Pipe { get; set; } = null!;

    /// <summary>What to send; each object is a message.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>Bytes to send as one message.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BytesSet)]
    [AllowEmptyCollection]
    public byte[] Bytes { get; set; } = [];

    /// <summary>The first byte to send.</summary>
    [Parameter(ParameterSetName = BytesSet)]
    public int Offset { get; set; }

    /// <summary>How many bytes to send.</summary>
    [Parameter(ParameterSetName = BytesSet)]
    public int Count { get; set; }

    /// <summary>Write what was sent, for the next command of the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        var wasSent = ParameterSetName == BytesSet
            ? Pipe.TrySendBytes(
                Bytes, Offset, MyInvocation.BoundParameters.ContainsKey(nameof(Count)) ? Count : Math.Max(0, Bytes.Length - Offset), Timeout?.Limit, Canceled)
            : Pipe.TrySend(InputObject, Timeout?.Limit, Canceled);
        if (!wasSent)
        {
            throw Errors.PipeFull(Pipe, Timeout!.Value);
        }

        if (PassThru)
        {
            WriteObject(ParameterSetName == BytesSet ? Bytes : InputObject, enumerateCollection: false);
        }
    }
}
