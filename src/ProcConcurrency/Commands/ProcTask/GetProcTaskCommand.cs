using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Commands;

/// <summary>Lists tasks: those that are not over, and the last thousand of each pool that are.</summary>
[Cmdlet(VerbsCommon.Get, "ProcTask")]
[OutputType(typeof(ProcTask))]
public sealed class GetProcTaskCommand : ProcCmdlet
{
    /// <summary>Names (wildcards allowed) or jobs' ids; all where none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Id", "Job")]
    [ArgumentCompleter(typeof(ProcTaskNameCompleter))]
    [ValidateNotNull]
    [SupportsWildcards]
    [Takes<ProcTaskReference>(Many = true)]
    public ProcTaskReference[]? Task { get; set; }

    /// <summary>Only of these pools.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ProcPoolNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Takes<ProcPoolReference>(Many = true)]
    public ProcPoolReference[]? Pool { get; set; }

    /// <summary>Only in these states.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChoiceCompleter<PoolTaskState>))]
    [ValidateNotNullOrEmpty]
    [Takes<PoolTaskState>(Many = true)]
    public string[]? Status { get; set; }

    private protected override void Process()
    {
        var pools = Pool is null ? PoolTable.All : [.. ProcPoolReference.ResolveAll(Pool, WriteError)];
        var tasks = Task is null ? pools.SelectMany(static pool => pool.Core.Known) : Task.SelectMany(reference => reference.Resolve(WriteError));
        foreach (var task in tasks)
        {
            if ((Pool is null || (task.Pool is { } pool && pools.Contains(pool))) && (Status is null || Status.Contains($"{task.Status}")))
            {
                WriteObject(task);
            }
        }
    }
}
