using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>
/// The hub's side of a lock: one holder, a queue in the order of arrival. A holder that dies leaves it to the next, who is
/// told. What holds is a process and its caller, as for Python's RLock a process and its thread.
/// </summary>
internal sealed class LockObject : HubObject
{
    private readonly bool _recursive;
    private readonly WaitQueue _queue;
    private readonly List<ConditionObject> _conditions = [];
    private HubClient? _holder;
    private int _caller;
    private int _depth;
    private ProcessDeath? _abandonedBy;

    // What the holder was told when it got the lock: where it leaves without having used it, the next has to hear it.
    private ProcessDeath? _told;

    // The wake-up that brought the lock to its holder, until that leaves it: if the holder dies first, the hub must assume that it did not use the lock.
    private ConditionWait? _wakeUp;

    internal LockObject(Hub.Hub hub, HubObjectIdentity identity, bool recursive)
        : base(hub, identity)
    {
        _recursive = recursive;
        _queue = new WaitQueue(this);
    }

    internal override string Owner => _holder?.ToString() ?? string.Empty;

    internal override int WaiterCount => _queue.Count;

    /// <summary>Whether it was taken out of the hub: nobody can enter it, or have it back, any more.</summary>
    internal bool IsRemoved { get; private set; }

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Enter:
                Enter(call);
                break;
            case HubOperation.Exit:
                Exit(call);
                Done(call);
                break;
            case HubOperation.ReleaseUnused when IsHeldBy(call):
                Release(null);
                Done(call);
                break;
            default:
                throw Unknown(operation);
        }
    }

    internal override void Cancel(HubCall call, bool forGood)
    {
        if (call.State is ConditionWait wait)
        {
            // Woken, and waiting for the lock to come back: out of time changes nothing, it has to have the lock to return.
            if (forGood && _queue.Remove(call))
            {
                wait.Condition.PassOn(wait);
                Answer(call, (byte)EnterOutcome.NotEntered);
            }
        }
        else if (_queue.Remove(call))
        {
            Hub.Reply(call).Byte((byte)EnterOutcome.NotEntered).Text(_holder?.ToString());
            Hub.Answer(call);
        }
    }

    internal override void OnClientGone(HubClient client, ProcessDeath death)
    {
        if (_holder == client)
        {
            Release(death);
        }
    }

    internal override string? OnCallerGone(HubClient client, int caller, ProcessDeath end)
    {
        if (_holder != client || _caller != caller)
        {
            return null;
        }

        Release(end);
        return $"{Title} was still held when the task ended. It was freed, and who enters it next is told so. Use-ProcLock leaves a lock however its block ends.";
    }

    internal override void OnRemoved()
    {
        IsRemoved = true;
        FaultAll(_queue);
        _conditions.ForEach(static condition => condition.OnLockRemoved());
    }

    internal override void WriteState(PayloadWriter answer) =>
        answer.Flag(_holder is not null).Flag(_recursive).Text(_holder?.ToString());

    internal bool IsHeldBy(HubCall call) => call.IsBy(_holder, _caller);

    /// <summary>A condition over it begins, which has to hear of its removal.</summary>
    internal void Add(ConditionObject condition) => _conditions.Add(condition);

    /// <summary>A condition over it has ended.</summary>
    internal void Remove(ConditionObject condition) => _conditions.Remove(condition);

    /// <summary>For a condition: gives the lock up whole, however often it was entered.</summary>
    /// <returns>How often it was.</returns>
    internal int ReleaseAll()
    {
        var depth = _depth;
        _holder = null;
        GrantNext();
        return depth;
    }

    /// <summary>For a condition: a call that has to have the lock again before it is answered.</summary>
    internal void Reenter(HubCall call)
    {
        if (_holder is null)
        {
            Grant(call);
        }
        else
        {
            _queue.Add(call);
        }
    }

    /// <summary>Who holds it, for a message.</summary>
    internal string Describe() => _holder is null ? "nobody holds it" : $"{Owner} holds it";

    private void Enter(HubCall call)
    {
        if (_holder is null)
        {
            Grant(call);
        }
        else if (!IsHeldBy(call))
        {
            if (call.NoWait)
            {
                Answer(call, (byte)EnterOutcome.NotEntered);
            }
            else
            {
                _queue.Add(call);
            }
        }
        else if (_recursive)
        {
            _depth++;
            Answer(call, (byte)EnterOutcome.Entered);
        }
        else
        {
            throw new HubFaultException(
                HubFault.LockRecursion, $"{Title} is held already by this caller, which would wait for itself for ever. New-ProcLock -Recursive makes one that can be entered again.");
        }
    }

    private void Exit(HubCall call)
    {
        if (!IsHeldBy(call))
        {
            throw new HubFaultException(HubFault.LockNotHeld, $"{Title} can't be left by one who doesn't hold it: {Describe()}.");
        }

        if (--_depth == 0)
        {
            _holder = null;
            _abandonedBy = call.IsUnused ? _told : null;
            GrantNext();
        }
    }

    /// <summary>The holder gives the lock back without having used it, as far as the hub knows: the signal that woke the holder wakes the next.</summary>
    private void Release(ProcessDeath? death)
    {
        var wakeUp = _wakeUp;
        _holder = null;
        _abandonedBy = death ?? _told;
        GrantNext();
        wakeUp?.Condition.PassOn(wakeUp);
    }

    private void GrantNext()
    {
        if (_queue.TakeInnermost() is { } next)
        {
            Grant(next);
        }
    }

    private void Grant(HubCall call)
    {
        _holder = call.Client;
        _caller = call.Caller;
        _depth = 1;
        _wakeUp = call.State as ConditionWait;
        var outcome = EnterOutcome.Entered;
        if (call.State is ConditionWait wait)
        {
            _depth = wait.Depth;
            outcome = wait.IsWoken ? EnterOutcome.Entered : EnterOutcome.TimedOut;
            call.State = null;
        }

        var answer = Hub.Reply(call).Byte((byte)(_abandonedBy is null ? outcome : outcome | EnterOutcome.Abandoned));
        _abandonedBy?.Write(answer);
        (_told, _abandonedBy) = (_abandonedBy, null);
        Hub.Answer(call);
    }
}
