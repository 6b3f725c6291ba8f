using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>The hub's side of an event: set, it lets everybody through until it is reset.</summary>
internal sealed class EventObject : HubObject
{
    private readonly WaitQueue _queue;
    private bool _isSet;

    internal EventObject(Hub.Hub hub, HubObjectIdentity identity, bool isSet)
        : base(hub, identity)
    {
        _isSet = isSet;
        _queue = new WaitQueue(this);
    }

    internal override int WaiterCount => _queue.Count;

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Wait when _isSet || call.NoWait:
                Answer(call, _isSet);
                break;
            case HubOperation.Wait:
                _queue.Add(call);
                break;
            case HubOperation.Set:
                _isSet = true;
                while (_queue.Take() is { } waiter)
                {
                    Answer(waiter, true);
                }

                Answer(call, true);
                break;
            case HubOperation.Reset:
                _isSet = false;
                Answer(call, false);
                break;
            default:
                throw Unknown(operation);
        }
    }

    internal override void Cancel(HubCall call, bool forGood)
    {
        if (_queue.Remove(call))
        {
            Answer(call, false);
        }
    }

    internal override void OnRemoved() => FaultAll(_queue);

    internal override void WriteState(PayloadWriter answer) => answer.Flag(_isSet);
}
