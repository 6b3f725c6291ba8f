using System.Management.Automation;

namespace ProcConcurrency.Commands;

/// <summary>Says that no more tasks come: Python's <c>Pool.close</c>.</summary>
[Cmdlet(VerbsCommon.Close, "ProcPool", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class CloseProcPoolCommand : PoolCommand
{
    private protected override void Process()
    {
        foreach (var pool in Pools)
        {
            if (ShouldProcess(pool.Name, "Close"))
            {
                pool.Close();
            }
        }
    }
}
