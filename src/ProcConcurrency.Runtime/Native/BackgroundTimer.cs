namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Calls back once, some time after it was set. All share one thread, and none needs the thread pool, which may be busy. While
/// none is set that thread sleeps; it is woken for the next one that is due, and for nothing else.
/// </summary>
/// <remarks>Thread-safe. What is called must not wait: it would hold up the others.</remarks>
public sealed class BackgroundTimer : IDisposable
{
    // Guards everything below.
    private static readonly object s_gate = new();
    private static readonly SortedSet<BackgroundTimer> s_set = new(Comparer<BackgroundTimer>.Create(static (one, other) => (one._due, one._id).CompareTo((other._due, other._id))));
    private static long s_lastId;
    private static bool s_isRunning;

    private readonly Action _action;
    private readonly long _id;
    private long _due;
    private bool _isDisposed;

    internal BackgroundTimer(Action action)
    {
        _action = action;
        _id = Interlocked.Increment(ref s_lastId);
    }

    /// <summary>Sets it, anew where it is set.</summary>
    /// <param name="time">When it is due, from now on.</param>
    public void Set(TimeSpan time)
    {
        lock (s_gate)
        {
            s_set.Remove(this);
            if (_isDisposed)
            {
                return;
            }

            _due = Environment.TickCount64 + (long)Math.Ceiling(Math.Max(0, time.TotalMilliseconds));
            s_set.Add(this);
            Monitor.Pulse(s_gate);
            if (s_isRunning)
            {
                return;
            }

            s_isRunning = true;
        }

        Background.StartOrQueue("timers", Run);
    }

    /// <summary>It is not set any more. What it calls may be running.</summary>
    public void Dispose()
    {
        lock (s_gate)
        {
            _isDisposed = true;
            s_set.Remove(this);
        }
    }

    private static void Run()
    {
        while (true)
        {
            Next()._action();
        }
    }

    /// <summary>Waits for the next that is due, and takes it.</summary>
    private static BackgroundTimer Next()
    {
        lock (s_gate)
        {
            while (true)
            {
                var next = s_set.Min;
                var left = next is null ? Timeout.Infinite : Math.Min(next._due - Environment.TickCount64, int.MaxValue);
                if (next is not null && left <= 0)
                {
                    s_set.Remove(next);
                    return next;
                }

                Monitor.Wait(s_gate, (int)left);
            }
        }
    }
}
