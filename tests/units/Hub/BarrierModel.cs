using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A row of parties that fills up, perhaps one that acts for all, and those who come meanwhile.</summary>
internal sealed class BarrierModel(bool hasAction) : ObjectModel
{
    private const int Parties = 3;
    private List<int> _row = [];
    private List<int> _early = [];
    private int? _acting;
    private bool _isBroken;

    protected override ModelAction[] Actions { get; } =
    [
        new(HubOperation.Wait), new(HubOperation.Wait), new(HubOperation.Wait), new(HubOperation.Wait), new(HubOperation.Release),
        new(HubOperation.Release), new(HubOperation.Abort), new(HubOperation.Reset), new(HubOperation.Reset),
    ];

    internal override IEnumerable<string> Act(int process, ModelAction action, int argument)
    {
        switch (action.Operation)
        {
            case HubOperation.Wait:
                return Arrive(process);
            case HubOperation.Release:
                if (_acting != process)
                {
                    return [$"{process}:done"];
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

    internal override IEnumerable<string> Die(int process, int exitCode) =>
        Remove(process) || _acting == process || exitCode != 0 ? Break() : [];

    internal override string Read(int process, PayloadReader answer) => answer.AtEnd ? "done" : $"{answer.Int32()} {answer.Flag()}";

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
            return [$"{process}:{Parties - 1} True"];
        }

        return [$"{process}:{Parties - 1} False", .. LetGo()];
    }

    private List<string> LetGo()
    {
        var told = _row.Select(static (process, index) => $"{process}:{index} False").ToList();
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
