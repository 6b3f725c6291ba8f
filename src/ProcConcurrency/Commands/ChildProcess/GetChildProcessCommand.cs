using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>Lists this session's child processes, or describes the current process.</summary>
[Cmdlet(VerbsCommon.Get, "ChildProcess", DefaultParameterSetName = "Name")]
[OutputType(typeof(ChildProcess), ParameterSetName = ["Name"])]
[OutputType(typeof(CurrentProcess), ParameterSetName = ["Current"])]
public sealed class GetChildProcessCommand : ProcCmdlet
{
    /// <summary>Names (wildcards allowed), process ids or objects; all where none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "Name")]
    [Alias("Name", "ProcessId")]
    [ArgumentCompleter(typeof(ChildProcessNameCompleter))]
    public ChildProcessReference[]? ChildProcess { get; set; }

    /// <summary>Only those that run now: Python's <c>active_children()</c>.</summary>
    [Parameter(ParameterSetName = "Name")]
    public SwitchParameter Alive { get; set; }

    /// <summary>The process that this command runs in: Python's <c>current_process()</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Current")]
    public SwitchParameter Current { get; set; }

    private protected override void Process()
    {
        if (Current)
        {
            WriteObject(CurrentProcess.Instance);
            return;
        }

        foreach (var process in ChildProcess is null ? ChildProcessTable.All : ChildProcess.SelectMany(reference => reference.Resolve(WriteError)))
        {
            if (!Alive || process.IsAlive)
            {
                WriteObject(process);
            }
        }
    }
}
