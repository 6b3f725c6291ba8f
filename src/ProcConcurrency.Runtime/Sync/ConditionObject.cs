using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>What a call remembers while it waits at a condition, and then for the lock to come back.</summary>
/// <param name="condition">Where it waits.</param>
/// <param name="depth">How often the lock was entered.</param>
internal sealed class ConditionWait(ConditionObject condition, int depth)
{
    internal ConditionObject Condition => condition;

    internal int Depth => depth;

    /// <summary>Whether it was woken, and did not just run out of time.</summary>
    internal bool IsWoken { get; set; }
}

/// <summary>
/// The hub's side of a condition: who waits gives its lock up in the same step, and has it back before it returns. A
/// wake-up whose receiver dies before it could return goes to the next that waits.
/// </summary>
internal sealed class ConditionObject : HubObject
{
    private readonly LockObject _lock;
    private readonly WaitQueue _queue;

    internal ConditionObject(Hub.Hub hub, HubObjectIdentity identity, long lockId)
        : base(hub, identity)
    {
        _lock = hub.Find(lockId) as LockObject
            ?? throw new HubFaultException(HubFault.InvalidArgument, $"A condition is made over a lock; the object {lockId} is none.");
        hub.AddReferences([lockId]);
        _lock.Add(this);
        _queue = new WaitQueue(this);
    }

    internal override int WaiterCount => _queue.Count;

    private string LockRemoved => $"{_lock.Title} of {TitleWithin} was removed.";

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        if (_lock.IsRemoved)
        {
            throw new HubFaultException(HubFault.ObjectGone, LockRemoved);
        }

        if (!_lock.IsHeldBy(call))
        {
            throw new HubFaultException(
                HubFault.LockNotHeld, $"{Title} is used by who holds its lock: {_lock.Describe()}. Enter the lock first: Use-ProcLock $condition.Lock {{ ... }}.");
        }

        switch (operation)
        {
            case HubOperation.Wait when call.NoWait:
                Answer(call, (byte)EnterOutcome.TimedOut);
                break;
            case HubOperation.Wait:
                call.State = new ConditionWait(this, _lock.ReleaseAll());
                _queue.Add(call);
                break;
            case HubOperation.Notify:
                var most = arguments.Int32();
                var woken = 0;
                while (woken < most && Wake())
                {
                    woken++;
                }

                Hub.Reply(call).Int32(woken);
                Hub.Answer(call);
                break;
            default:
                throw Unknown(operation);
        }
    }

    internal override void Cancel(HubCall call, bool forGood)
    {
        if (!_queue.Remove(call))
        {
            return;
        }

        if (forGood)
        {
            Answer(call, (byte)EnterOutcome.NotEntered);
        }
        else
        {
            _lock.Reenter(call);
        }
    }

    internal override void OnRemoved()
    {
        FaultAll(_queue);
        _lock.Remove(this);
        Hub.ReleaseReferences([_lock.Id]);
    }

    /// <summary>Its lock leaves the hub: who waits can't have it back, and would wait for ever.</summary>
    internal void OnLockRemoved()
    {
        while (_queue.Take() is { } waiter)
        {
            Hub.Fault(waiter, HubFault.ObjectGone, LockRemoved);
        }
    }

    internal override void WriteState(PayloadWriter answer) => answer.Int64(_lock.Id).Int32(_queue.Count);

    /// <summary>A woken call ended before it had the lock back: its wake-up goes to the next.</summary>
    internal void PassOn(ConditionWait wait)
    {
        if (wait.IsWoken)
        {
            Wake();
        }
    }

    private bool Wake()
    {
        if (_queue.TakeInnermost() is not { } waiter)
        {
            return false;
        }

        ((ConditionWait)waiter.State!).IsWoken = true;
        _lock.Reenter(waiter);
        return true;
    }
}
