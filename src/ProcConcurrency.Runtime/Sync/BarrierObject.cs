using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>
/// The hub's side of a barrier: parties wait until all are there. The last to come runs the action, where there is one, and
/// then lets all go. A party that dies, gives up or runs out of time breaks the barrier for everybody until it is reset.
/// </summary>
internal sealed class BarrierObject : HubObject
{
    private const string StaysBroken = "Nobody can wait at it until Reset-ProcBarrier makes it whole";

    private readonly int _parties;
    private readonly StoredValue? _action;
    private readonly WaitQueue _queue;

    // Parties that came while an action runs: they belong to the next round.
    private readonly WaitQueue _early;

    // The tasks that use it, of processes that run tasks. What else these have are handles of tasks that have ended.
    private readonly Dictionary<HubClient, HashSet<int>> _tasks = [];
    private string? _broken;
    private HubClient? _acting;
    private int _actingCaller;

    // Counts the rounds that somebody acts for: what the last one's acting party has to say ends no other.
    private long _round;
    private string _lastBreak = string.Empty;

    internal BarrierObject(Hub.Hub hub, HubObjectIdentity identity, int parties, StoredValue? action)
        : base(hub, identity)
    {
        if (parties < 1)
        {
            throw new HubFaultException(HubFault.InvalidArgument, $"A barrier has 1 or more parties, not {parties}.");
        }

        _parties = parties;
        _action = action;
        _queue = new WaitQueue(this);
        _early = new WaitQueue(this);
        hub.AddReferences(action?.Objects ?? []);
    }

    internal override int WaiterCount => _queue.Count + _early.Count;

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Wait:
                Arrive(call);
                return;
            case HubOperation.Release:
                EndAction(call, arguments.Int64(), arguments.Flag());
                break;
            case HubOperation.Join:
                Join(call.Client, arguments.Int32());
                break;
            case HubOperation.Part:
                _tasks.GetValueOrDefault(call.Client)?.Remove(arguments.Int32());
                break;
            case HubOperation.Abort:
                Break($"{call.Client} aborted it");
                break;
            case HubOperation.Reset:
                Break("it was reset while they waited", "It is whole again: wait again for the next round");
                _broken = null;
                break;
            default:
                throw Unknown(operation);
        }

        Done(call);
    }

    internal override void Cancel(HubCall call, bool forGood)
    {
        if (_queue.Remove(call) || _early.Remove(call))
        {
            Break(forGood ? $"{call.Client} stopped waiting" : $"{call.Client} ran out of time");
            Fault(call);
        }
    }

    internal override void OnClientGone(HubClient client, ProcessDeath death)
    {
        // Its waiting calls have broken it before. One that had a handle and died may have been on its way here.
        var isParty = _tasks.Remove(client, out var tasks) ? tasks.Count > 0 : client.References[Id] > 0;
        if (_acting == client || (death.IsAbnormal && isParty))
        {
            Break(death.ToString());
        }
    }

    internal override string? OnCallerGone(HubClient client, int caller, ProcessDeath end)
    {
        if (_acting != client || _actingCaller != caller)
        {
            return null;
        }

        Break(end.ToString());
        return $"{Title} was broken: the task ended while its parties waited for it to run the action.";
    }

    internal override void OnRemoved()
    {
        FaultAll(_queue);
        FaultAll(_early);
        Hub.ReleaseReferences(_action?.Objects ?? []);
    }

    internal override void WriteState(PayloadWriter answer) => answer.Int32(_parties).Int32(_queue.Count).Flag(_broken is not null);

    private void Join(HubClient client, int task)
    {
        if (!_tasks.TryGetValue(client, out var tasks))
        {
            _tasks.Add(client, tasks = []);
        }

        tasks.Add(task);
    }

    private void Arrive(HubCall call)
    {
        if (_broken is not null)
        {
            Fault(call);
            return;
        }

        if (_acting is not null)
        {
            _early.Add(call);
            return;
        }

        if (_queue.Count + 1 < _parties)
        {
            if (call.NoWait)
            {
                Break($"{call.Client} would not wait");
                Fault(call);
                return;
            }

            call.State = _queue.Count;
            _queue.Add(call);
            return;
        }

        if (_action is { } action)
        {
            _acting = call.Client;
            _actingCaller = call.Caller;
            Hub.Reply(call).Int32(_parties - 1).Flag(true).Int64(++_round).Value(action);
            Hub.Answer(call);
        }
        else
        {
            Let(call, _parties - 1);
            LetAllGo();
        }
    }

    /// <summary>The action has ended: well, or by an error, which breaks the barrier.</summary>
    /// <exception cref="HubFaultException">The barrier broke while it ran, and its party may not go on either.</exception>
    private void EndAction(HubCall call, long round, bool isDone)
    {
        var isCurrent = _acting == call.Client && round == _round;
        if (isCurrent && isDone)
        {
            _acting = null;
            LetAllGo();
        }
        else if (isCurrent)
        {
            Break($"{call.Client} could not run its action");
        }
        else if (isDone)
        {
            throw new HubFaultException(HubFault.BarrierBroken, $"{Title} broke while its action ran: {_lastBreak}. Its other parties did not go on.");
        }
    }

    private void LetAllGo()
    {
        while (_queue.Take() is { } waiter)
        {
            Let(waiter, (int)waiter.State!);
        }

        // They begin the next round, and may fill it.
        for (var count = _early.Count; count > 0 && _early.Take() is { } early; count--)
        {
            Arrive(early);
        }
    }

    private void Let(HubCall call, int index)
    {
        Hub.Reply(call).Int32(index).Flag(false);
        Hub.Answer(call);
    }

    private void Break(string reason, string advice = StaysBroken)
    {
        _broken ??= reason;
        _lastBreak = _broken;
        _acting = null;
        while ((_queue.Take() ?? _early.Take()) is { } waiter)
        {
            Fault(waiter, advice);
        }
    }

    private void Fault(HubCall call, string advice = StaysBroken) => Hub.Fault(
        call, HubFault.BarrierBroken, $"{Title} {(advice == StaysBroken ? "is broken" : "broke")}: {_broken}. {advice}.");
}
