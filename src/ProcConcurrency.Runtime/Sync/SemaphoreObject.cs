using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>
/// The hub's side of a semaphore: a number of places, a queue in the order of arrival. A place that was taken to be held
/// comes back when its process dies or its task ends; one taken by a bare Enter may be meant for another process to give back, and doesn't.
/// </summary>
internal sealed class SemaphoreObject : HubObject
{
    private readonly int _most;
    private readonly WaitQueue _queue;
    private readonly Dictionary<(HubClient Client, int Caller), int> _held = [];
    private int _free;

    /// <summary>Makes one.</summary>
    /// <param name="hub">Its hub.</param>
    /// <param name="identity">Which it is.</param>
    /// <param name="count">The places free at first.</param>
    /// <param name="bounded">Whether there may never be more.</param>
    internal SemaphoreObject(Hub.Hub hub, HubObjectIdentity identity, int count, bool bounded)
        : base(hub, identity)
    {
        if (count < 0)
        {
            throw new HubFaultException(HubFault.InvalidArgument, $"A semaphore has 0 or more places, not {count}.");
        }

        _free = count;
        _most = bounded ? count : int.MaxValue;
        _queue = new WaitQueue(this);
    }

    internal override string Owner => string.Join(", ", _held.Keys.Select(static holder => holder.Client).Distinct());

    internal override int WaiterCount => _queue.Count;

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Enter:
                Enter(call);
                break;
            case HubOperation.Exit:
                Exit(call, arguments.Int32());
                break;
            default:
                throw Unknown(operation);
        }
    }

    internal override void Cancel(HubCall call, bool forGood)
    {
        if (_queue.Remove(call))
        {
            Answer(call, (byte)EnterOutcome.NotEntered);
        }
    }

    internal override void OnClientGone(HubClient client, ProcessDeath death)
    {
        foreach (var holder in _held.Keys.Where(holder => holder.Client == client).ToArray())
        {
            FreeAll(holder);
        }
    }

    internal override string? OnCallerGone(HubClient client, int caller, ProcessDeath end) => FreeAll((client, caller)) is > 0 and var count
        ? $"{count} {(count == 1 ? "place" : "places")} of {TitleWithin} {(count == 1 ? "was" : "were")} still held when the task ended, and came back. Use-ProcLock gives a place back however its block ends."
        : null;

    internal override void OnRemoved() => FaultAll(_queue);

    internal override void WriteState(PayloadWriter answer) => answer.Int32(_free).Flag(_most != int.MaxValue);

    private void Enter(HubCall call)
    {
        if (_free > 0)
        {
            _free--;
            Grant(call);
        }
        else if (call.NoWait)
        {
            Answer(call, (byte)EnterOutcome.NotEntered);
        }
        else
        {
            _queue.Add(call);
        }
    }

    private void Exit(HubCall call, int count)
    {
        if (count < 1)
        {
            throw new HubFaultException(HubFault.InvalidArgument, $"A semaphore is left 1 time or more, not {count} times.");
        }

        // Where its place has come back already, by an Exit of somebody else, the caller holds nothing all the same. What is refused
        // frees none: so many as are missing stay its own.
        if (call.IsHeld && _held.TryGetValue((call.Client, call.Caller), out var held))
        {
            held = count > _most - _free ? Math.Min(held, _most - _free) : held - count;
            if (held <= 0)
            {
                _held.Remove((call.Client, call.Caller));
            }
            else
            {
                _held[(call.Client, call.Caller)] = held;
            }
        }

        if (count > _most - _free)
        {
            throw new HubFaultException(
                HubFault.SemaphoreOverRelease,
                $"{Title} has {_most} places, and {_free} of them are free: {count} can't be given back. Each Exit needs an Enter before it.");
        }

        Free(count);
        Done(call);
    }

    private int FreeAll((HubClient Client, int Caller) holder)
    {
        if (_held.Remove(holder, out var count))
        {
            // Some may have come back before, by a bare Exit.
            count = Math.Min(count, _most - _free);
            Free(count);
        }

        return count;
    }

    private void Free(int count)
    {
        _free += count;
        while (_free > 0 && _queue.TakeInnermost() is { } next)
        {
            _free--;
            Grant(next);
        }
    }

    private void Grant(HubCall call)
    {
        if (call.IsHeld)
        {
            _held[(call.Client, call.Caller)] = _held.GetValueOrDefault((call.Client, call.Caller)) + 1;
        }

        Answer(call, (byte)EnterOutcome.Entered);
    }
}
