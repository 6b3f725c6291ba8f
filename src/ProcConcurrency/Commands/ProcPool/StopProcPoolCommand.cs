using System.Management.Automation;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>Ends pools at once, with what waits and what runs: Python's <c>Pool.terminate</c>.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ProcPool", SupportsShouldProcess = true)]
[OutputType(typeof(ProcPool))]
public sealed class StopProcPoolCommand : PoolCommand
{
    private protected override void Process()
    {
        foreach (var pool in Pools.ToArray())
        {
            if (ShouldProcess(pool.Name, "Stop"))
            {
                pool.Stop();
                Pass(pool);
            }
        }
    }
}
