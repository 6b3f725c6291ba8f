using System.Management.Automation;

namespace ProcConcurrency.Commands;

/// <summary>Calls tasks off: one that waits never runs; the worker of one that runs is ended, and another takes its place.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ProcTask", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class StopProcTaskCommand : TaskCommand
{
    private protected override void End()
    {
        foreach (var task in Tasks)
        {
            if (!task.IsCompleted && ShouldProcess(task.Name, "Stop"))
            {
                task.Cancel();
            }
        }
    }
}
