using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Commands;

/// <summary>Waits until child processes have ended, and writes those that have.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ChildProcess", DefaultParameterSetName = NameSet)]
[OutputType(typeof(ChildProcess))]
public sealed class WaitChildProcessCommand : ProcessCmdlet
{
    /// <summary>The longest to wait, for all together.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    /// <summary>Return as soon as one has ended.</summary>
    [Parameter]
    public SwitchParameter Any { get; set; }

    private protected override void End()
    {
        if (Processes.Count == 0 && !MissedSome && !MyInvocation.ExpectingInput)
        {
            throw Errors.NothingToWaitFor();
        }

        var deadline = new Deadline(Timeout?.Limit);
        var waiting = new List<ChildProcess>();
        foreach (var process in Processes)
        {
            if (process.IsStarted)
            {
                waiting.Add(process);
            }
            else
            {
                WriteError(Errors.NotStarted(process, process.Name));
            }
        }

        while (waiting.Count > 0)
        {
            var index = WaitCallbacks.WaitAny([.. waiting.Select(static process => process.Ended)], deadline, Canceled);
            if (index < 0)
            {
                waiting.ForEach(process => WriteError(Errors.WaitTimeout(process, process.Name, Timeout!.Value)));
                return;
            }

            WriteObject(waiting[index]);
            waiting.RemoveAt(index);
            if (Any)
            {
                return;
            }
        }
    }
}
