using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A row of parties that fills up, perhaps one that acts for all, and those who come meanwhile.</summary>
internal sealed class BarrierModel(bool hasAction) : ObjectModel
{
    private const int Parties = 3;
    private static readonly ModelAction s_fails = new(HubOperation.Release);
    private List<int> _row = [];
    private List<int> _early = [];
    private readonly Dictionary<int, long> _rounds = [];
    private int? _acting;
    private long _round;
    private bool _isBroken;

    protected override ModelAction[] Actions { get; } =
    [
        new(HubOperation.Wait), new(HubOperation.Wait), new(HubOperation.Wait), new(HubOperation.Wait), new(HubOperation.Release),
        new(HubOperation.Release), s_fails, new(HubOperation.Abort), new(HubOperation.Reset), new(HubOperation.Reset),
    ];

    internal override IEnumerable<string> Act(int process, ModelAction action, int argument)
    {
        switch (action.Operation)
        {
            case HubOperation.Wait:
                return Arrive(process);
            case HubOperation.Release:
                var isDone = !ReferenceEquals(action, s_fails);
                if (_acting != process || _rounds[process] != _round)
                {
                    return [isDone ? $"{process}:BarrierBroken" : $"{process}:done"];
                }

                if (!isDone)
                {
                    return [$"{process}:done", .. Break()];
                }

                _acting = null;
                return [$"{process}:done", .. LetGo()];
            case HubOperation.Abort:
                return [$"{process}:done", .. Break()];
            default:
                string[] told = [$"{process}:done", .. Break()];
                _isBroken = false;
                return told;
        }
    }

    internal override IEnumerable<string> Cancel(int process, bool forGood)
    {
        Remove(process);
        return [$"{process}:BarrierBroken", .. Break()];
    }

    internal override IEnumerable<string> Die(int process, int exitCode)
    {
        _rounds.Remove(process);
        return Remove(process) || _acting == process || exitCode != 0 ? Break() : [];
    }

    internal override void Write(int process, ModelAction action, int argument, PayloadWriter writer)
    {
        if (action.Operation == HubOperation.Release)
        {
            // Who never acted names no round; who did, the last one of its own.
            writer.Int64(_rounds.GetValueOrDefault(process)).Flag(!ReferenceEquals(action, s_fails));
        }
    }

    internal override string Read(int process, PayloadReader answer) =>
        answer.AtEnd ? "done" : answer.Int32() is var index && answer.Flag() ? $"{index} acts {answer.Int64()}" : $"{index} goes";

    protected override long Make(FakeProcess owner) => owner.Create(HubObjectKind.Barrier, writer =>
    {
        writer.Int32(Parties).Flag(hasAction);
        if (hasAction)
        {
            writer.Value(new StoredValue(1));
        }
    });

    private IEnumerable<string> Arrive(int process)
    {
        if (_isBroken)
        {
            return [$"{process}:BarrierBroken"];
        }

        if (_acting is not null)
        {
            _early.Add(process);
            return [];
        }

        if (_row.Count < Parties - 1)
        {
            _row.Add(process);
            return [];
        }

        if (hasAction)
        {
            _acting = process;
            _rounds[process] = ++_round;
            return [$"{process}:{Parties - 1} acts {_round}"];
        }

        return [$"{process}:{Parties - 1} goes", .. LetGo()];
    }

    private List<string> LetGo()
    {
        var told = _row.Select(static (process, index) => $"{process}:{index} goes").ToList();
        _row = [];
        var early = _early;
        _early = [];
        told.AddRange(early.SelectMany(Arrive));
        return told;
    }

    private bool Remove(int process) => _row.Remove(process) | _early.Remove(process);

    private List<string> Break()
    {
        _isBroken = true;
        _acting = null;
        var told = _row.Concat(_early).Select(static process => $"{process}:BarrierBroken").ToList();
        _row = [];
        _early = [];
        return told;
    }
}
