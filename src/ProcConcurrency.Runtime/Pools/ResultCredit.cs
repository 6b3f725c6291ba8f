namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// How much of its results a worker may have on the way: it waits for more credit, so that no thread of a link ever waits for
/// whoever takes the results. Both ends count alike, and credit comes back as results are taken.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ResultCredit
{
    /// <summary>The most that is on the way, in bytes.</summary>
    public const int Window = 1024 * 1024;

    /// <summary>Credit comes back in portions of this size: less would double the messages of short tasks.</summary>
    internal const int Portion = Window / 4;

    // The little that ends a task is free: a pool has few tasks beyond those whose results were taken.
    private const int Free = 1024;

    // Guards _used.
    private readonly object _gate = new();
    private int _used;

    /// <summary>Waits until some results may be sent.</summary>
    /// <param name="length">Their bytes.</param>
    /// <param name="isLast">Whether they are the last of their task.</param>
    public void Take(int length, bool isLast)
    {
        var cost = CostOf(length, isLast);
        lock (_gate)
        {
            while (_used + cost > Window)
            {
                Monitor.Wait(_gate);
            }

            _used += cost;
        }
    }

    /// <summary>Credit has come back.</summary>
    /// <param name="amount">In bytes.</param>
    public void Return(int amount)
    {
        lock (_gate)
        {
            _used -= amount;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>What results cost: never so much that they could not be sent while a portion has not come back yet.</summary>
    internal static int CostOf(int length, bool isLast) => isLast && length <= Free ? 0 : Math.Min(length, Window / 2);
}
