using System.Management.Automation;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Closes a queue: nothing more can be sent; receivers get what is there, and then the end.</summary>
[Cmdlet(VerbsCommon.Close, "ProcQueue", SupportsShouldProcess = true)]
[OutputType(typeof(ProcQueue))]
public sealed class CloseProcQueueCommand : QueueStepCommand
{
    private protected override bool Step(ProcQueue queue)
    {
        if (!ShouldProcess(queue.ToString(), "Close"))
        {
            return false;
        }

        queue.Close();
        return true;
    }
}
