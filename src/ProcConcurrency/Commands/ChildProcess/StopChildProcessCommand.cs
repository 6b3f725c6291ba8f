using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Commands;

/// <summary>Asks child processes to end (SIGTERM), or with -Force ends them at once (SIGKILL); all below them too.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ChildProcess", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(ChildProcess))]
public sealed class StopChildProcessCommand : ProcessCmdlet
{
    /// <summary>End them at once, instead of asking.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Write the processes.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    // Chosen by a pipeline, pattern or state, not each by its name.
    private bool _isChoice;

    private protected override void Process()
    {
        _isChoice |= MyInvocation.ExpectingInput || ParameterSetName == StateSet || ChildProcess.Any(static reference => reference.IsPattern);
        base.Process();
    }

    private protected override void End()
    {
        var stopped = new List<ChildProcess>();
        foreach (var process in Processes)
        {
            if (!process.IsAlive)
            {
                // What was there to be stopped is what counts, where many are meant at once.
                if (!_isChoice)
                {
                    WriteError(process.IsStarted
                        ? Errors.AlreadyEnded(process, process.Name, new ExitStatus(process.ExitCode ?? 0).ToString())
                        : Errors.NotStarted(process, process.Name));
                }
            }
            else if (ShouldProcess($"{process.Name} ({process.ProcessId})", Force ? "Kill" : "Stop"))
            {
                stopped.Add(process);
            }
        }

        // All together: each alone would be a look at all processes of the machine.
        Jobs.ChildProcess.Stop(stopped, Force);
        if (Force && stopped.FindAll(static process => process.Target is not null) is { Count: > 0 } remote)
        {
            // Another machine's word takes a moment; one that hangs is not waited for any longer than this.
            Task.WaitAll([.. remote.Select(static process => process.Ended)], (int)s_patience.TotalMilliseconds, Canceled);
        }

        if (PassThru)
        {
            WriteObject(stopped, enumerateCollection: true);
        }
    }
}
