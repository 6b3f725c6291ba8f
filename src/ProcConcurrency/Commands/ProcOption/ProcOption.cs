using ProcConcurrency.Jobs;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>How the module behaves in this session.</summary>
public sealed class ProcOption
{
    private ProcOption()
    {
    }

    /// <summary>How many processes wait, started ahead, for the next Start-ChildProcess.</summary>
    public int SpareProcessCount { get; } = SpareChildren.Store.Size;

    /// <summary>How long after the last child's start they wait; <see cref="Timeout.InfiniteTimeSpan"/> for any time.</summary>
    public TimeSpan SpareIdleTimeout { get; } = SpareChildren.Store.IdleTimeout ?? Timeout.InfiniteTimeSpan;

    /// <summary>How long a pool's idle workers wait for the next pool; <see cref="Timeout.InfiniteTimeSpan"/> for any time.</summary>
    public TimeSpan PoolIdleTimeout { get; } = WarmWorkers.Keeper.IdleTimeout ?? Timeout.InfiniteTimeSpan;

    internal static ProcOption Now() => new();

    /// <summary>All of them.</summary>
    public override string ToString() =>
        $"{nameof(SpareProcessCount)}={SpareProcessCount}; {nameof(SpareIdleTimeout)}={SpareIdleTimeout}; {nameof(PoolIdleTimeout)}={PoolIdleTimeout}";
}
