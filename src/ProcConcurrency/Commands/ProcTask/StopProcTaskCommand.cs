using System.Management.Automation;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>Calls tasks off: one that waits never runs; the worker of one that runs is ended, and another takes its place.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ProcTask", SupportsShouldProcess = true)]
[OutputType(typeof(ProcTask))]
public sealed class StopProcTaskCommand : TaskCommand
{
    /// <summary>Write the tasks that were called off.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void End()
    {
        foreach (var task in Tasks)
        {
            if (!task.IsCompleted && ShouldProcess(task.Name, "Stop"))
            {
                task.Cancel();
                if (PassThru)
                {
                    WriteObject(task);
                }
            }
        }
    }
}
