using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Commands.Binding;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that works on child processes, gathered from the pipeline.</summary>
public abstract class ProcessCmdlet : ChoosingCmdlet
{
    private readonly List<ChildProcess> _processes = [];

    /// <summary>The processes: objects, names (wildcards allowed) or ids, of the job or else of the process.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = NameSet)]
    [Alias("Name", "Job")]
    [ArgumentCompleter(typeof(ChildProcessNameCompleter))]
    [ValidateNotNull]
    [SupportsWildcards]
    [Takes<ChildProcessReference>(Many = true)]
    public ChildProcessReference[] ChildProcess { get; set; } = [];

    /// <summary>All that were named so far, each once.</summary>
    private protected IReadOnlyList<ChildProcess> Processes => _processes;

    /// <summary>Whether anything was named that could not be found; the error has been written.</summary>
    private protected bool MissedSome { get; private set; }

    private protected override void Process()
    {
        foreach (var process in Choose(ChildProcess, Miss))
        {
            if (!_processes.Contains(process))
            {
                _processes.Add(process);
            }
        }
    }

    private void Miss(ErrorRecord error)
    {
        MissedSome = true;
        WriteError(error);
    }
}
