using System.Management.Automation;
using ProcConcurrency.Pools;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Commands;

/// <summary>Changes how the module behaves in this session.</summary>
[Cmdlet(VerbsCommon.Set, "ProcOption", SupportsShouldProcess = true)]
[OutputType(typeof(ProcOption))]
public sealed class SetProcOptionCommand : ProcCmdlet
{
    /// <summary>How many processes wait, started ahead, for the next Start-ChildProcess.</summary>
    [Parameter]
    [ValidateRange(0, 16)]
    [ArgumentCompleter(typeof(ProcOptionCompleter))]
    public int SpareProcessCount { get; set; }

    /// <summary>How long after the last child's start they wait.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ProcOptionCompleter))]
    [Takes<WaitTime>]
    public WaitTime? SpareIdleTimeout { get; set; }

    /// <summary>How long a pool's idle workers wait for the next pool.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ProcOptionCompleter))]
    [Takes<WaitTime>]
    public WaitTime? PoolIdleTimeout { get; set; }

    /// <summary>Writes the options as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void End()
    {
        if (ShouldProcess("the session", "Set options"))
        {
            if (SpareIdleTimeout is not null)
            {
                SpareChildren.Store.IdleTimeout = SpareIdleTimeout.Limit;
            }

            if (MyInvocation.BoundParameters.ContainsKey(nameof(SpareProcessCount)))
            {
                SpareChildren.Store.Size = SpareProcessCount;
            }

            if (PoolIdleTimeout is not null)
            {
                WarmWorkers.Keeper.IdleTimeout = PoolIdleTimeout.Limit;
                if (PoolIdleTimeout.Limit == TimeSpan.Zero)
                {
                    WarmWorkers.Keeper.Clear();
                }
            }
        }

        if (PassThru)
        {
            WriteObject(ProcOption.Now());
        }
    }
}
