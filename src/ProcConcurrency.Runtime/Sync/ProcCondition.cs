using System.Diagnostics;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>
/// A condition over a lock, as Python's <c>Condition</c>: who holds the lock waits, giving it up in the same step, until
/// another holder wakes it; then has the lock again. A wake-up goes to the next where its receiver dies before it leaves the
/// lock, used or not: so a waiter can be woken in vain, as with .NET's monitors after a time-out.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcCondition : ProcObject
{
    private ProcLock? _lock;

    internal ProcCondition(ProcObjectOrigin origin, ProcLock? over = null)
        : base(origin)
    {
        _lock = over;
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Condition;

    /// <summary>Its lock.</summary>
    public ProcLock Lock => LockOf(this, null);

    /// <summary>Makes a condition, or opens the one with a name.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="over">The lock; null for a new recursive one, as in Python.</param>
    /// <param name="name">The name, or null.</param>
    public static ProcCondition Create(HubPort port, ProcLock? over = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        over ??= ProcLock.Create(port, recursive: true);
        if (over.Port != port)
        {
            throw new ArgumentException("A condition and its lock belong to one hub.", nameof(over));
        }

        var origin = ProcObjectOrigin.Create(port, ProcObjectOrigin.Request(port, HubObjectKind.Condition, name).Int64(over.Id), name);

        // One that was there has a lock of its own, not this one.
        return new ProcCondition(origin, origin.IsNew ? over : null);
    }

    /// <summary>Waits until it is woken.</summary>
    /// <exception cref="LockNotHeldException">The caller doesn't hold the lock.</exception>
    public void Wait() => Wait(null, CancellationToken.None);

    /// <summary>Waits until it is woken; false where it was not in time. The lock is held again either way.</summary>
    /// <param name="timeout">0 or more.</param>
    public bool Wait(TimeSpan timeout) => Wait(timeout, CancellationToken.None);

    /// <summary>Waits until it is woken; false where it was not in time. The lock is held again either way.</summary>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    public bool Wait(double seconds) => Wait(WaitLimit.Time(seconds));

    /// <summary>Waits until it is woken; false where it was not in time. The lock is held again either way.</summary>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Canceled; the lock is not held.</exception>
    /// <exception cref="LockNotHeldException">The caller doesn't hold the lock.</exception>
    public bool Wait(TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);

        // Time alone never ends it: who waits has to have the lock to go on.
        var reply = Call(Request(HubOperation.Wait, limit.Flags), limit, new LateAnswer(null, Lock.ReleaseUnused));

        // Who does not wait never leaves the lock: what its entry told stays.
        var outcome = limit.Flags == CallFlags.NoWait ? (EnterOutcome)reply.Read().Byte() : Lock.Note(reply);
        if (reply.IsStopped)
        {
            if (outcome != EnterOutcome.NotEntered)
            {
                // Had the lock back in the moment in which the caller stopped. If it was woken too, that is for the next.
                Lock.ReleaseUnused();
            }

            throw HubEnvironment.StopError();
        }

        return outcome == EnterOutcome.Entered;
    }

    /// <summary>Waits until a predicate holds, looked at with the lock held: first at once, then whenever woken.</summary>
    /// <param name="predicate">What must hold.</param>
    /// <param name="timeout">0 or more, in all; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <returns>Whether it held in time.</returns>
    public bool WaitUntil(Func<bool> predicate, TimeSpan? timeout, CancellationToken canceled)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        var limit = new WaitLimit(timeout, canceled);
        var start = Stopwatch.GetTimestamp();
        while (!predicate())
        {
            var left = limit.Since(start).Timeout;
            if (left == TimeSpan.Zero || !Wait(left, canceled))
            {
                return predicate();
            }
        }

        return true;
    }

    /// <summary>A condition's lock, for which the hub may have to be asked.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="timeout">0 or more: how long the caller can wait; null for ever.</param>
    /// <exception cref="TimeoutException">The hub did not answer in time.</exception>
    public static ProcLock LockOf(ProcCondition condition, TimeSpan? timeout)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return condition._lock ??= new ProcLock(new ProcObjectOrigin(
            condition.Port, condition.State(new WaitLimit(timeout, CancellationToken.None), LateAnswer.Failing).Read().Int64(), null, IsCounted: false));
    }

    /// <summary>Wakes one that waits.</summary>
    /// <returns>How many were woken.</returns>
    /// <exception cref="LockNotHeldException">The caller doesn't hold the lock.</exception>
    public int Notify() => Notify(1);

    /// <summary>Wakes some that wait, those that came first.</summary>
    /// <param name="count">How many at the most.</param>
    /// <returns>How many were woken.</returns>
    /// <exception cref="LockNotHeldException">The caller doesn't hold the lock.</exception>
    public int Notify(int count) => Call(Request(HubOperation.Notify).Int32(count)).Read().Int32();

    /// <summary>Wakes all that wait.</summary>
    /// <returns>How many were woken.</returns>
    /// <exception cref="LockNotHeldException">The caller doesn't hold the lock.</exception>
    public int NotifyAll() => Notify(int.MaxValue);
}
