using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>Lists the session's pools: workers, what waits and runs, and how busy they are.</summary>
[Cmdlet(VerbsCommon.Get, "ProcPool")]
[OutputType(typeof(ProcPool))]
public sealed class GetProcPoolCommand : ProcCmdlet
{
    /// <summary>Names (wildcards allowed); all pools where none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcPoolNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Takes<ProcPoolReference>(Many = true)]
    public ProcPoolReference[]? Pool { get; set; }

    private protected override void Process() =>
        WriteObject(Pool is null ? PoolTable.All : ProcPoolReference.ResolveAll(Pool, WriteError), enumerateCollection: true);
}
