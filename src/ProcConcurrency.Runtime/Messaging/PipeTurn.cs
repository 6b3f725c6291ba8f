using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>At an end of a pipe one caller at a time sends, and one receives. Who waits for its turn is woken when it comes, by a stop, and when its time is over.</summary>
/// <remarks>Thread-safe. Who has the turn gives it back on the same thread.</remarks>
internal sealed class PipeTurn
{
    // Guards what follows.
    private readonly object _gate = new();
    private bool _isTaken;
    private int _owner;

    /// <summary>Waits for the turn, but not longer than the caller is to wait; whether it came.</summary>
    /// <exception cref="OperationCanceledException">The caller was stopped.</exception>
    /// <exception cref="LockRecursionException">This thread has it: a callback runs while its thread waits at the pipe.</exception>
    internal bool Take(WaitLimit limit, long start)
    {
        lock (_gate)
        {
            if (!_isTaken)
            {
                return Own();
            }

            if (_owner == Environment.CurrentManagedThreadId)
            {
                throw new LockRecursionException("This end of the pipe is in use by the very thread that asks for it: a callback can't use the end at which its session waits.");
            }
        }

        using var registration = limit.Canceled.CanBeCanceled ? limit.Canceled.UnsafeRegister(static turn => ((PipeTurn)turn!).Wake(), this) : default;
        using var watch = HubEnvironment.WatchStop(Wake);
        var longest = watch is null ? SlicedSocket.SliceMilliseconds : int.MaxValue;
        lock (_gate)
        {
            while (_isTaken)
            {
                if (limit.IsStopping)
                {
                    throw HubEnvironment.StopError();
                }

                var left = limit.Left(start, longest);
                if (left == 0)
                {
                    return false;
                }

                Monitor.Wait(_gate, left);
            }

            return Own();
        }
    }

    /// <summary>The next has its turn.</summary>
    internal void Pass()
    {
        lock (_gate)
        {
            _isTaken = false;
            Monitor.PulseAll(_gate);
        }
    }

    private bool Own()
    {
        _owner = Environment.CurrentManagedThreadId;
        return _isTaken = true;
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
