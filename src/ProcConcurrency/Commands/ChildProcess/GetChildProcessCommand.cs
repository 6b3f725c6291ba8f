using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>Lists this session's child processes, or describes the current process.</summary>
[Cmdlet(VerbsCommon.Get, "ChildProcess", DefaultParameterSetName = NameSet)]
[OutputType(typeof(ChildProcess), ParameterSetName = [NameSet])]
[OutputType(typeof(CurrentProcess), ParameterSetName = ["Current"])]
public sealed class GetChildProcessCommand : ChoosingCmdlet
{
    /// <summary>Names (wildcards allowed), objects or ids, of the job or else of the process; all where none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = NameSet)]
    [Alias("Name", "Job")]
    [ArgumentCompleter(typeof(ChildProcessNameCompleter))]
    [SupportsWildcards]
    [Takes<ChildProcessReference>(Many = true)]
    public ChildProcessReference[]? ChildProcess { get; set; }

    /// <summary>Only those that run now: Python's <c>active_children()</c>.</summary>
    [Parameter(ParameterSetName = NameSet)]
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

        foreach (var process in ChildProcess is null && ParameterSetName == NameSet ? ChildProcessTable.All : Choose(ChildProcess ?? [], WriteError))
        {
            if (!Alive || process.IsAlive)
            {
                WriteObject(process);
            }
        }
    }
}
