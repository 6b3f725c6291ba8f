using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Closes listeners: nobody can connect any more.</summary>
[Cmdlet(VerbsCommon.Close, "ProcListener", SupportsShouldProcess = true)]
[OutputType(typeof(ProcListener))]
public sealed class CloseProcListenerCommand : PassingCommand
{
    /// <summary>The listeners.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Takes<ProcListener>(Many = true)]
    public ProcListener[] Listener { get; set; } = [];

    private protected override void Process()
    {
        foreach (var listener in Listener)
        {
            if (ShouldProcess(listener.ToString(), "Close"))
            {
                listener.Close();
                Pass(listener);
            }
        }
    }
}
