using System.Management.Automation;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>Says that no more tasks come: Python's <c>Pool.close</c>.</summary>
[Cmdlet(VerbsCommon.Close, "ProcPool", SupportsShouldProcess = true)]
[OutputType(typeof(ProcPool))]
public sealed class CloseProcPoolCommand : PoolCommand
{
    private protected override void Process()
    {
        foreach (var pool in Pools)
        {
            if (ShouldProcess(pool.Name, "Close"))
            {
                pool.Close();
                Pass(pool);
            }
        }
    }
}
