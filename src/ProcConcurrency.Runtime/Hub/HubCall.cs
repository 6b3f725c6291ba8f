using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>A request in the hub, from its arrival to its one answer. Guarded by the hub's gate.</summary>
/// <param name="client">The process that asks.</param>
/// <param name="requestId">Its number for the request.</param>
/// <param name="caller">Which of the process's callers asks: what owns a lock is a process and one of these.</param>
/// <param name="flags">How it is to be carried out.</param>
internal sealed class HubCall(HubClient client, uint requestId, int caller, CallFlags flags)
{
    /// <summary>Why a process was not sent a socket.</summary>
    internal const string NoSocketGoes = "A socket or an end of a pipe can't be sent to this process, for what connects it carries bytes alone: it is on another machine, or reaches its manager over TCP. Use a queue; a manager of this machine may have a Unix socket as its address.";

    internal HubClient Client => client;

    internal uint RequestId => requestId;

    internal int Caller => caller;

    internal bool NoWait => (flags & CallFlags.NoWait) != 0;

    internal bool HasUntil => (flags & CallFlags.Until) != 0;

    /// <summary>Whether the caller has left by now: the hub's process was stopped, and comes to this too late.</summary>
    internal bool IsTooLate => HasUntil && DateTime.UtcNow.Ticks > Until;

    /// <summary>When the caller will have left, in ticks of UTC.</summary>
    internal long Until { get; set; }

    internal bool IsHeld => (flags & CallFlags.Held) != 0;

    internal bool IsUnused => (flags & CallFlags.Unused) != 0;

    /// <summary>Where it waits; null where it doesn't.</summary>
    internal HubObject? Place { get; set; }

    internal LinkedListNode<HubCall>? Node { get; set; }

    /// <summary>What a waiting call has to remember; its place knows the type.</summary>
    internal object? State { get; set; }

    /// <summary>Before something is given away that a socket goes with.</summary>
    /// <exception cref="HubFaultException">None can be sent to the process that asks.</exception>
    internal void RefuseWhereNoSocketGoes()
    {
        if (!OperatingSystem.IsWindows() && !client.Receiver.CarriesDescriptors)
        {
            throw new HubFaultException(HubFault.InvalidArgument, NoSocketGoes);
        }
    }

    internal bool IsBy(HubClient? other, int otherCaller) => client == other && caller == otherCaller;
}

/// <summary>Calls that wait at one object, in the order in which they came.</summary>
/// <param name="place">The object.</param>
internal sealed class WaitQueue(HubObject place)
{
    private readonly LinkedList<HubCall> _calls = [];

    internal int Count => _calls.Count;

    internal void Add(HubCall call)
    {
        Note(call);
        call.Node = _calls.AddLast(call);
    }

    /// <summary>A call that was taken, and can't be answered yet, is the first again.</summary>
    internal void AddFirst(HubCall call)
    {
        Note(call);
        call.Node = _calls.AddFirst(call);
    }

    internal HubCall? Take()
    {
        var call = _calls.First?.Value;
        if (call is not null)
        {
            Remove(call);
        }

        return call;
    }

    /// <summary>
    /// For what only one can have: the first call, or the newest one of the same caller. A caller that waits runs its callbacks meanwhile, and
    /// one of these may wait for the same: the caller can't go on before its callback has, so the newest call is the one to serve. Numbers tell which
    /// that is; the order here doesn't, for a condition's wait comes here late.
    /// </summary>
    internal HubCall? TakeInnermost()
    {
        if (_calls.First is not { Value: var call } first)
        {
            return null;
        }

        for (var next = call.Client.Waiting.Count > 1 ? first.Next : null; next is not null; next = next.Next)
        {
            if (next.Value.IsBy(call.Client, call.Caller) && (int)(next.Value.RequestId - call.RequestId) > 0)
            {
                call = next.Value;
            }
        }

        Remove(call);
        return call;
    }

    internal bool Remove(HubCall call)
    {
        if (call.Node?.List != _calls)
        {
            return false;
        }

        _calls.Remove(call.Node);
        call.Node = null;
        call.Place = null;
        call.Client.Waiting.Remove(call.RequestId);
        return true;
    }

    private void Note(HubCall call)
    {
        if (!call.Client.Waiting.TryAdd(call.RequestId, call))
        {
            // Of two, one would be found by nobody any more: not even at the end of its process.
            throw new ProtocolException($"a process waits for two requests with the number {call.RequestId}");
        }

        call.Place = place;
    }
}
