using System.Management.Automation;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Closes a queue: nothing more can be sent; receivers get what is there, and then the end.</summary>
[Cmdlet(VerbsCommon.Close, "ProcQueue")]
[OutputType(typeof(void))]
public sealed class CloseProcQueueCommand : QueueCommand
{
    private protected override void Use(ProcQueue queue) => queue.Close();
}
