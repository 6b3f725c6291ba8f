namespace ProcConcurrency.Pools;

/// <summary>Wakes whoever waits for tasks: there is one signal for all, for few wait and many tasks end.</summary>
/// <remarks>Thread-safe.</remarks>
internal static class TaskNews
{
    // After the first ten, each lets others run. A small task takes less.
    private const int Spins = 100;

    // Guards s_count.
    private static readonly object s_gate = new();
    private static long s_count;
    private static Action? s_watchers;

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
        Action? watchers;
        lock (s_gate)
        {
            s_count++;
            watchers = s_watchers;
            Monitor.PulseAll(s_gate);
        }

        // With nothing locked, for whoever is woken has locks of its own.
        watchers?.Invoke();
    }

    /// <summary>Calls back at each piece of news, on the thread that tells it, until what is given is disposed.</summary>
    internal static IDisposable Watch(Action wake)
    {
        lock (s_gate)
        {
            s_watchers += wake;
        }

        return new Watcher(wake);
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

    /// <summary>
    /// As long as a wake-up takes, lets others run: news that come meanwhile are had sooner so. False where none have come since
    /// <see cref="Count"/> was <paramref name="seen"/>.
    /// </summary>
    internal static bool Spin(long seen)
    {
        var spinner = default(SpinWait);
        for (var i = 0; i < Spins && Volatile.Read(ref s_count) == seen; i++)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }

        return Volatile.Read(ref s_count) != seen;
    }

    /// <summary>Returns when a task is over and has been told of.</summary>
    internal static void WaitTold(ProcTask task)
    {
        while (true)
        {
            var seen = Count;
            if (task.IsTold)
            {
                return;
            }

            Wait(seen, Timeout.InfiniteTimeSpan, CancellationToken.None);
        }
    }

    private sealed class Watcher(Action wake) : IDisposable
    {
        public void Dispose()
        {
            lock (s_gate)
            {
                s_watchers -= wake;
            }
        }
    }
}
