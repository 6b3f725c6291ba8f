namespace ProcConcurrency.Runtime.Pools;

/// <summary>Wakes who takes the results of a group, or of several groups together.</summary>
/// <remarks>Thread-safe. Its lock may be taken inside a scheduler's, never the other way round.</remarks>
public sealed class ResultSignal
{
    private readonly object _gate = new();
    private long _count;

    /// <summary>How often it was given: to be read before one looks whether there is something, and waits.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Waits until it is given another time, or time is up.</summary>
    /// <param name="seen">The count that was read before.</param>
    /// <param name="timeout">How long.</param>
    public void Wait(long seen, TimeSpan timeout)
    {
        lock (_gate)
        {
            if (seen == _count)
            {
                Monitor.Wait(_gate, timeout);
            }
        }
    }

    /// <summary>Gives it.</summary>
    public void Give()
    {
        lock (_gate)
        {
            _count++;
            Monitor.PulseAll(_gate);
        }
    }
}
