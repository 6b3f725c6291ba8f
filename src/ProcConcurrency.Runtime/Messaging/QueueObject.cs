using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// The hub's side of a queue:
/// <code>
/// Send -> (waiting senders, while it is full) -> items -> (waiting receivers, while it is empty) -> Receive
///                                                  ^                                                  |
///                                                  +-- given back, or its receiver died --  outstanding -> Complete
/// </code>
/// Several items travel in one request, each as if it had come alone. Whatever an item refers to lives as long as it is here.
/// </summary>
internal sealed partial class QueueObject : HubObject
{
    // An answer with more bytes than this is cut short: the next request gets the rest.
    private const int MaxAnswerBytes = 256 * 1024;

    private readonly QueueKind _kind;
    private readonly int _most;
    private readonly bool _acknowledge;
    private readonly ItemStore _items;
    private readonly WaitQueue _senders;
    private readonly WaitQueue _receivers;
    private readonly WaitQueue _joining;

    // What each process has received and not completed: the items, where they may come back; else how many.
    private readonly Dictionary<HubClient, Queue<QueueItem>> _outstanding = [];
    private readonly Dictionary<HubClient, long> _taken = [];
    private long _lastNumber;
    private long _unfinished;
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
        _senders = new WaitQueue(this);
        _receivers = new WaitQueue(this);
        _joining = new WaitQueue(this);
    }

    internal override int WaiterCount => _senders.Count + _receivers.Count + _joining.Count;

    private bool IsOver => _closed && _items.Count == 0 && (!_acknowledge || _outstanding.Count == 0);

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Send:
                Send(call, ref arguments);
                break;
            case HubOperation.Receive:
                Receive(call, arguments.Int32());
                break;
            case HubOperation.GiveBack:
                GiveBack(call, ref arguments);
                break;
            case HubOperation.Complete:
                Complete(call, arguments.Int32());
                break;
            case HubOperation.Wait when _unfinished == 0 || call.NoWait:
                AnswerFlag(call, _unfinished == 0);
                break;
            case HubOperation.Wait:
                _joining.Add(call);
                break;
            case HubOperation.Close:
                Close();
                AnswerFlag(call, true);
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
            Hub.Reply(call).Byte((byte)ReceiveOutcome.Nothing);
            Hub.Answer(call);
        }
        else if (_joining.Remove(call))
        {
            AnswerFlag(call, false);
        }
    }

    internal override void OnClientGone(HubClient client, ProcessDeath death)
    {
        if (_outstanding.Remove(client, out var items))
        {
            foreach (var item in items.Reverse())
            {
                _items.PutBack(item with { IsRedelivered = true });
            }
        }
        else if (_taken.Remove(client, out var taken))
        {
            // Gone with their receiver: nobody is left to complete them.
            Finish(taken);
        }

        Pump();
    }

    internal override void OnRemoved()
    {
        FaultAll(_senders);
        FaultAll(_receivers);
        FaultAll(_joining);
        while (_items.Count > 0)
        {
            Hub.Unkeep(_items.Take().Value.Objects);
        }
    }

    internal override void WriteState(PayloadWriter answer) =>
        answer.Int32(_items.Count).Int32(_most == int.MaxValue ? 0 : _most).Flag(_closed).Byte((byte)_kind).Flag(_acknowledge).Int64(_unfinished);

    private void Close()
    {
        _closed = true;
        while (_senders.Take() is { } sender)
        {
            Hub.Fault(sender, HubFault.QueueClosed, $"{Title} was closed while {((Sending)sender.State!).Left} items waited for room in it.");
        }

        Pump();
    }

    private void Complete(HubCall call, int count)
    {
        var items = _outstanding.GetValueOrDefault(call.Client);
        var most = _acknowledge ? items?.Count ?? 0 : _unfinished;
        if (count < 1 || count > most)
        {
            throw new HubFaultException(
                HubFault.TooManyCompletions,
                $"{Title} has {most} items {(_acknowledge ? "that this process received and has not completed" : "that are not completed")}; {count} can't be completed.");
        }

        if (_acknowledge)
        {
            for (var i = 0; i < count; i++)
            {
                Hub.Unkeep(items!.Dequeue().Value.Objects);
            }

            if (items!.Count == 0)
            {
                _outstanding.Remove(call.Client);
            }
        }
        else if (_taken.TryGetValue(call.Client, out var taken))
        {
            _taken[call.Client] = Math.Max(0, taken - count);
        }

        Finish(count);
        AnswerFlag(call, true);
        Pump();
    }

    private void Finish(long count)
    {
        _unfinished = Math.Max(0, _unfinished - count);
        while (_unfinished == 0 && _joining.Take() is { } joining)
        {
            AnswerFlag(joining, true);
        }
    }

    private void AnswerFlag(HubCall call, bool flag)
    {
        Hub.Reply(call).Flag(flag);
        Hub.Answer(call);
    }
}
