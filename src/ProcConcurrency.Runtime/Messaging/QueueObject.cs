using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// The hub's side of a queue:
/// <code>
/// Send -> (waiting senders, while it is full) -> items -> (waiting receivers, while it is empty) -> Receive
///                                                  ^                                                  |
///                                                  +-- given back, or its receiver died  --  received -> Complete
/// </code>
/// What a reader fetches ahead is leased: it stays here until it was handed out, and goes back when its process dies or somebody
/// else has waited for an item for a moment. Several items travel in one request, each as if it had come alone. Whatever an item refers to lives as long as it is here.
/// </summary>
internal sealed partial class QueueObject : HubObject
{
    private readonly QueueKind _kind;
    private readonly int _most;
    private readonly bool _acknowledge;
    private readonly ItemStore _items;
    private readonly ReceivedItems _received;
    private readonly WaitQueue _senders;
    private readonly WaitQueue _receivers;
    private readonly WaitQueue _joining;
    private long _lastNumber;
    private bool _closed;

    /// <summary>Makes one.</summary>
    /// <param name="hub">Its hub.</param>
    /// <param name="identity">Which it is.</param>
    /// <param name="kind">Its order.</param>
    /// <param name="most">The most items at a time; 0 for any number.</param>
    /// <param name="acknowledge">An item whose receiver dies before it completed it comes back.</param>
    internal QueueObject(Hub.Hub hub, HubObjectIdentity identity, QueueKind kind, int most, bool acknowledge)
        : base(hub, identity)
    {
        if (most < 0)
        {
            throw new HubFaultException(HubFault.InvalidArgument, $"A queue's size is 0, for any number of items, or more; not {most}.");
        }

        _kind = kind;
        _most = most == 0 ? int.MaxValue : most;
        _acknowledge = acknowledge;
        _items = ItemStore.Create(kind);
        _received = ReceivedItems.Create(hub, acknowledge);
        _senders = new WaitQueue(this);
        _receivers = new WaitQueue(this);
        _joining = new WaitQueue(this);
    }

    internal override string Owner
    {
        get
        {
            NoteAll();
            return string.Join(", ", _received.Holders);
        }
    }

    internal override int WaiterCount => _senders.Count + _receivers.Count + _joining.Count;

    private long Unfinished => _items.Count + _received.Count + _leases.Sum(static lease => (long)lease.Unnoted);

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Send:
                Send(call, ref arguments);
                break;
            case HubOperation.Receive:
                Receive(call, ref arguments);
                break;
            case HubOperation.GiveBack:
                GiveBack(call, ref arguments);
                break;
            case HubOperation.Settle:
                Settle(call.Client, arguments.Int32());
                Answer(call, true);
                Pump();
                break;
            case HubOperation.Complete:
                Complete(call, arguments.Int32());
                break;
            case HubOperation.Wait when Unfinished == 0 || call.NoWait:
                Answer(call, Unfinished == 0);
                break;
            case HubOperation.Wait:
                _joining.Add(call);
                break;
            case HubOperation.Close:
                Close(call);
                break;
            default:
                throw Unknown(operation);
        }
    }

    internal override void Cancel(HubCall call, bool forGood)
    {
        if (_senders.Remove(call))
        {
            AnswerSent(call, (Sending)call.State!);
        }
        else if (_receivers.Remove(call))
        {
            Answer(call, (byte)ReceiveOutcome.Nothing);
        }
        else if (_joining.Remove(call))
        {
            Answer(call, false);
        }
    }

    internal override void OnClientGone(HubClient client, ProcessDeath death)
    {
        RecallAll(lease => lease.Client == client);
        PutBack(_received.ReturnAll(client));
    }

    internal override string? OnCallerGone(HubClient client, int caller, ProcessDeath end)
    {
        RecallAll(lease => lease.Client == client && lease.Call.Caller == caller);
        var count = PutBack(_received.ReturnAll(client, caller));
        return count == 0
            ? null
            : $"{count} {(count == 1 ? "item" : "items")} of {TitleWithin} {(count == 1 ? "was" : "were")} received and not completed when the task ended, and came back. Complete-ProcQueue says that an item is done.";
    }

    internal override void OnRemoved()
    {
        FaultAll(_senders);
        FaultAll(_receivers);
        FaultAll(_joining);
        _recall?.Dispose();
        RecallAll(static _ => true);
        _received.Clear();
        while (_items.Count > 0)
        {
            Hub.ReleaseReferences(_items.Take().Value.Objects);
        }
    }

    internal override void WriteState(PayloadWriter answer) =>
        answer.Int32(_items.Count + _leases.Sum(static lease => lease.Left)).Int32(_most == int.MaxValue ? 0 : _most).Flag(_closed).Byte((byte)_kind).Flag(_acknowledge).Int64(Unfinished);

    private void Close(HubCall call)
    {
        _closed = true;
        while (_senders.Take() is { } sender)
        {
            Hub.Fault(sender, HubFault.QueueClosed, $"{Title} was closed while {((Sending)sender.State!).Left} items waited for room in it.");
        }

        Answer(call, true);
        Pump();
    }

    private void Complete(HubCall call, int count)
    {
        NoteAll();
        var open = _received.Open(call.Client);
        if (count < 1 || count > open)
        {
            throw new HubFaultException(
                count < 1 ? HubFault.InvalidArgument : HubFault.TooManyCompletions,
                count < 1
                    ? $"1 item or more is completed, not {count}."
                    : $"{Title} has {open} items that {(_acknowledge ? "this process has" : "were")} received and not completed: {count} can't be completed.");
        }

        _received.Complete(call, count);
        Answer(call, true);
        Pump();
    }

    /// <summary>What a receiver leaves behind goes back, and to whoever waits. Gives how many there were.</summary>
    private int PutBack(IEnumerable<QueueItem> items)
    {
        var count = 0;
        foreach (var item in items)
        {
            _items.PutBack(item);
            count++;
        }

        Pump();
        return count;
    }
}
