using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that works on pools.</summary>
public abstract class PoolCommand : PassingCommand
{
    /// <summary>The pools, or their names (wildcards allowed).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcPoolNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Takes<ProcPoolReference>(Many = true)]
    public ProcPoolReference[] Pool { get; set; } = [];

    private protected IEnumerable<ProcPool> Pools => ProcPoolReference.ResolveAll(Pool, WriteError);
}
