using System.Diagnostics;

namespace ProcConcurrency.Runtime.Hub;

// What a call waits for before it goes.
public abstract partial class HubPort
{
    /// <summary>Waits for what a call has to come after; false where its time is over before.</summary>
    /// <remarks>
    /// A call that can't be done without gives something back, or may: a lock would stay taken for ever. Where its caller is stopped, it
    /// goes all the same, out of order.
    /// </remarks>
    private bool AwaitTurn(long objectId, ref WaitLimit limit, bool canDoWithout) =>
        (Volatile.Read(ref _leftCount) == 0 || AwaitUndone(Caller(), objectId, ref limit, canDoWithout)) && AwaitPreceding(ref limit, canDoWithout);

    /// <summary>
    /// What was written before a call is to go before it, and has to wait while the parent doesn't read. False where the call's time is over
    /// before, as long as it may take.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller was stopped, and can do without the call.</exception>
    /// <exception cref="ObjectGoneException">The parent, and with it the hub, is gone.</exception>
    private bool AwaitPreceding(ref WaitLimit limit, bool canDoWithout)
    {
        try
        {
            if (SendPreceding() is not { } unsent)
            {
                return true;
            }

            var start = Stopwatch.GetTimestamp();
            var longest = limit.WithGrace(canDoWithout);
            while (unsent is not null)
            {
                var left = longest.Left(start, 100);
                if (left == 0)
                {
                    return false;
                }

                if (unsent.Wait(left))
                {
                    unsent = SendPreceding();
                }
                else if (limit.IsStopping)
                {
                    return canDoWithout ? throw HubEnvironment.StopError() : true;
                }
            }

            limit = limit.Since(start);
            return true;
        }
        catch (IOException error)
        {
            throw Unreachable(error);
        }
    }

    /// <summary>
    /// Who has left a call must not meet what that one is granted late, a lock that it doesn't know of: its next call to that object
    /// begins when that is given back. False where its time is over before, as long as a call may take.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller was stopped, and can do without the call.</exception>
    private bool AwaitUndone(int caller, long objectId, ref WaitLimit limit, bool canDoWithout)
    {
        var start = Stopwatch.GetTimestamp();
        var longest = limit.WithGrace(canDoWithout);
        using var registration = limit.Canceled.CanBeCanceled ? limit.Canceled.UnsafeRegister(static port => ((HubPort)port!).Wake(), this) : default;
        using var watch = HubEnvironment.WatchStop(Wake);
        lock (_gate)
        {
            while (_left.Exists(call => call.Caller == caller && call.ObjectId == objectId))
            {
                if (limit.IsStopping)
                {
                    return canDoWithout ? throw HubEnvironment.StopError() : true;
                }

                var left = longest.Left(start, watch is null ? 100 : int.MaxValue);
                if (left == 0)
                {
                    return false;
                }

                Monitor.Wait(_gate, left);
            }
        }

        limit = limit.Since(start);
        return true;
    }
}
