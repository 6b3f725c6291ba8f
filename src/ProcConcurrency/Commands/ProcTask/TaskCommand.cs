using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that works on tasks, gathered from the pipeline.</summary>
public abstract class TaskCommand : ProcCmdlet
{
    private readonly HashSet<ProcTask> _known = [];
    private readonly List<ProcTask> _tasks = [];

    /// <summary>The tasks, their names (wildcards allowed) or their jobs' ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Id", "Job")]
    [ArgumentCompleter(typeof(ProcTaskNameCompleter))]
    [ValidateNotNull]
    [SupportsWildcards]
    [Takes<ProcTaskReference>(Many = true)]
    public ProcTaskReference[] Task { get; set; } = [];

    /// <summary>All that were named so far, each once.</summary>
    private protected IReadOnlyList<ProcTask> Tasks => _tasks;

    private protected override void Process()
    {
        foreach (var reference in Task)
        {
            foreach (var task in reference.Resolve(WriteError))
            {
                if (_known.Add(task))
                {
                    _tasks.Add(task);
                }
            }
        }
    }
}
