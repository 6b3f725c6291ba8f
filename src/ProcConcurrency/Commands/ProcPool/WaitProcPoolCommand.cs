using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Commands;

/// <summary>Waits until closed pools have done all tasks, their callbacks have run, and their workers are gone: Python's <c>Pool.join</c>.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ProcPool")]
[OutputType(typeof(ProcPool))]
public sealed class WaitProcPoolCommand : PoolCommand
{
    private static readonly TimeSpan s_ordinaryEnd = TimeSpan.FromSeconds(1);
    private readonly List<ProcPool> _pools = [];

    /// <summary>The longest to wait, for all together.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    private protected override void Process() => _pools.AddRange(Pools);

    private protected override void End()
    {
        var deadline = new Deadline(Timeout?.Limit);
        foreach (var pool in _pools)
        {
            if (pool.Core.Engine.IsOpen)
            {
                WriteError(Errors.PoolNotClosed(pool));
            }
            else if (TaskWait.Until(() => pool.Core.IsDone, deadline, WriteError, Canceled) && IsGone(pool, deadline))
            {
                Pass(pool);
            }
            else
            {
                WriteError(Errors.PoolWaitTimeout(pool, Timeout!.Value));
            }
        }
    }

    /// <summary>
    /// Ends a pool that is done. Its workers have the time of an ordinary end, however short the wait was to be; one that takes longer, for what
    /// it does there, is not waited for beyond that.
    /// </summary>
    private bool IsGone(ProcPool pool, Deadline deadline)
    {
        var end = pool.End();
        PoolNews.Tell(pool.Core, WriteError, WriteWarning);
        return TaskWait.Until(() => end.IsCompleted, deadline.Left > s_ordinaryEnd ? deadline : new Deadline(s_ordinaryEnd), WriteError, Canceled);
    }
}
