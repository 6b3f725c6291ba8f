using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// In a session's hub: stands for an object of a manager, and holds it. Bytes in this hub that mention the manager's object mention
/// this one too, which is counted like any other: so the manager's object lives as long as anything here mentions it, whoever put
/// the bytes here and has died since.
/// <code>
/// value in this hub -> ForeignObject -> handle of this process -> the manager's hub -> its object
/// </code>
/// </summary>
internal sealed class ForeignObject : HubObject
{
    private readonly WaitQueue _queue;
    private ProcObject? _handle;
    private Outcome _outcome;

    /// <summary>Begins to acquire the object.</summary>
    /// <param name="hub">Its hub.</param>
    /// <param name="identity">Which one it is here.</param>
    /// <param name="handle">The handle, as a value.</param>
    internal ForeignObject(Hub hub, HubObjectIdentity identity, byte[] handle)
        : base(hub, identity)
    {
        _queue = new WaitQueue(this);

        // To reach a manager may take long, and nothing waits in a hub.
        Background.StartOrQueue("object of a manager", () => Acquire(handle));
    }

    /// <summary>Whether the object is held. Numbers are part of the wire format.</summary>
    internal enum Outcome : byte
    {
        /// <summary>Not yet.</summary>
        Asked = 0,

        /// <summary>As long as this is there.</summary>
        Held = 1,

        /// <summary>It is gone.</summary>
        Lost = 2,

        /// <summary>Its manager can't be reached from here.</summary>
        OutOfReach = 3,
    }

    internal override bool IsListed => false;

    internal override int WaiterCount => _queue.Count;

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        if (operation != HubOperation.Wait)
        {
            throw Unknown(operation);
        }

        if (_outcome == Outcome.Held && _handle!.Port.IsClosed)
        {
            // Who asks next makes another one, by a new connection.
            _outcome = Outcome.OutOfReach;
        }

        if (_outcome != Outcome.Asked || call.NoWait)
        {
            Answer(call, (byte)_outcome);
        }
        else
        {
            _queue.Add(call);
        }
    }

    internal override void Cancel(HubCall call, bool forGood)
    {
        if (_queue.Remove(call))
        {
            Answer(call, (byte)Outcome.Asked);
        }
    }

    internal override void OnRemoved()
    {
        _handle = null;
        FaultAll(_queue);
    }

    private void Acquire(byte[] encoded)
    {
        ProcObject? handle = null;
        Outcome outcome;
        try
        {
            handle = HubEnvironment.Codec.Decode(new StoredValue(encoded, [])) as ProcObject;
            outcome = handle is null ? Outcome.OutOfReach : handle.IsThere(ListenerSocket.s_patience) ? Outcome.Held : Outcome.Lost;
        }
        catch (Exception)
        {
            // Or this process lacks its key. Whoever asked is told, and keeps the object itself.
            outcome = Outcome.OutOfReach;
        }

        Hub.Run(() => OnDecided(handle, outcome));
    }

    private void OnDecided(ProcObject? handle, Outcome outcome)
    {
        (_handle, _outcome) = (outcome == Outcome.Held ? handle : null, outcome);
        while (_queue.Take() is { } call)
        {
            Answer(call, (byte)outcome);
        }
    }
}
