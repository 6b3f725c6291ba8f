namespace ProcConcurrency.Runtime.Remote;

/// <summary>How many hosts are connected to at a time, for one or several that connect.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="count">How many.</param>
public sealed class ConnectThrottle(int count)
{
    private readonly object _gate = new(); // Guards _free.
    private int _free = count;

    /// <summary>Waits for a place.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal void Enter(CancellationToken canceled)
    {
        using var registration = canceled.UnsafeRegister(static throttle => ((ConnectThrottle)throttle!).Wake(), this);
        lock (_gate)
        {
            while (_free == 0)
            {
                canceled.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }

            canceled.ThrowIfCancellationRequested();
            _free--;
        }
    }

    /// <summary>Gives the place back.</summary>
    internal void Exit()
    {
        lock (_gate)
        {
            _free++;
            Monitor.Pulse(_gate);
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
