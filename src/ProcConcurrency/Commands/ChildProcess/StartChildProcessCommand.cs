using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Commands.Binding;

namespace ProcConcurrency.Commands;

/// <summary>Starts a child process: a new one, or one that New-ChildProcess made.</summary>
[Cmdlet(VerbsLifecycle.Start, "ChildProcess", DefaultParameterSetName = "ScriptBlock", SupportsShouldProcess = true)]
[OutputType(typeof(ChildProcess))]
public sealed class StartChildProcessCommand : LaunchCommand
{
    private const string ProcessSet = "Process";

    /// <summary>Processes to start that New-ChildProcess made, or their names.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ProcessSet)]
    [Alias("Process")]
    [ArgumentCompleter(typeof(ChildProcessNameCompleter))]
    [Takes<ChildProcessReference>(Many = true)]
    public ChildProcessReference[]? ChildProcess { get; set; }

    private protected override void Process()
    {
        base.Process();
        foreach (var reference in ChildProcess ?? [])
        {
            foreach (var process in reference.Resolve(WriteError))
            {
                Start(process);
            }
        }
    }

    private protected override void End()
    {
        if (ParameterSetName != ProcessSet && ShouldProcess(Name ?? "child process", "Start"))
        {
            var process = Create();
            try
            {
                process.Launch(Canceled);
            }
            catch (Exception error) when (error is CallerException or OperationCanceledException)
            {
                process.Dispose();
                throw;
            }

            WriteObject(process);
        }
    }

    private void Start(ChildProcess process)
    {
        if (ShouldProcess(process.Name, "Start"))
        {
            try
            {
                process.Launch(Canceled);
                WriteObject(process);
            }
            catch (CallerException error)
            {
                WriteError(error.Record);
            }
        }
    }
}
