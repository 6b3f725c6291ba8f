using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Commands;

/// <summary>Ends a manager's server that this session started, or this session's connection to another's.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ProcManager", SupportsShouldProcess = true)]
[OutputType(typeof(ProcManager))]
public sealed class StopProcManagerCommand : PassingCommand
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    /// <summary>The manager.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Takes<ProcManager>]
    public ProcManager Manager { get; set; } = null!;

    private protected override void Process()
    {
        if (!(Manager.Server?.IsAlive ?? Manager.IsConnected))
        {
            WriteError(Errors.ManagerEnded(Manager));
        }
        else if (ShouldProcess(Manager.Address, Manager.Server is null ? "Disconnect" : "Stop"))
        {
            Manager.ConnectedPort.Dispose();
            Manager.Server?.Stop(s_grace);
            Pass(Manager);
        }
    }
}
