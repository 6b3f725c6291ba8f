namespace ProcConcurrency.Pools;

/// <summary>Wakes whoever waits for tasks: there is one signal for all, for few wait and many tasks end.</summary>
/// <remarks>Thread-safe.</remarks>
internal static class TaskNews
{
    // Guards s_count.
    private static readonly object s_gate = new();
    private static long s_count;

    /// <summary>A number that changes with each piece of news.</summary>
    internal static long Count
    {
        get
        {
            lock (s_gate)
            {
                return s_count;
            }
        }
    }

    /// <summary>A task is over, a pool is done, or a callback waits.</summary>
    internal static void Tell()
    {
        lock (s_gate)
        {
            s_count++;
            Monitor.PulseAll(s_gate);
        }
    }

    /// <summary>Returns when there has been news since <see cref="Count"/> was <paramref name="seen"/>, when time is up, or when canceled.</summary>
    internal static void Wait(long seen, TimeSpan timeout, CancellationToken canceled)
    {
        using var registration = canceled.UnsafeRegister(static _ => Tell(), null);
        lock (s_gate)
        {
            if (s_count == seen && !canceled.IsCancellationRequested)
            {
                Monitor.Wait(s_gate, timeout > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : timeout);
            }
        }
    }
}
