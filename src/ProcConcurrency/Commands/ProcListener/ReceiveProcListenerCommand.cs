using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Accepts the next process that has connected and proved the key: Python's <c>accept()</c>.</summary>
[Cmdlet(VerbsCommunications.Receive, "ProcListener")]
[OutputType(typeof(ProcPipe))]
public sealed class ReceiveProcListenerCommand : WaitingCommand
{
    /// <summary>The listener.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Takes<ProcListener>]
    public ProcListener Listener { get; set; } = null!;

    private protected override void Process() =>
        WriteObject(Listener.Accept(Timeout?.Limit, Canceled) ?? throw Errors.PipeWaitTimeout(Listener, Timeout!.Value));
}
