using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A flag, and who waits for it.</summary>
internal sealed class EventModel : ObjectModel
{
    private readonly List<int> _line = [];
    private bool _isSet;

    protected override ModelAction[] Actions { get; } =
        [new(HubOperation.Wait), new(HubOperation.Wait), new(HubOperation.Set), new(HubOperation.Reset), new(HubOperation.Wait, Flags: CallFlags.NoWait)];

    internal override IEnumerable<string> Act(int process, ModelAction action, int argument)
    {
        switch (action.Operation)
        {
            case HubOperation.Set:
                _isSet = true;
                string[] told = [$"{process}:True", .. _line.Select(static waiting => $"{waiting}:True")];
                _line.Clear();
                return told;
            case HubOperation.Reset:
                _isSet = false;
                return [$"{process}:False"];
        }

        if (_isSet || action.Flags == CallFlags.NoWait)
        {
            return [$"{process}:{_isSet}"];
        }

        _line.Add(process);
        return [];
    }

    internal override IEnumerable<string> Cancel(int process, bool forGood) => _line.Remove(process) ? [$"{process}:False"] : [];

    internal override IEnumerable<string> Die(int process, int exitCode)
    {
        _line.Remove(process);
        return [];
    }

    internal override string Read(int process, PayloadReader answer) => answer.Flag().ToString();

    protected override long Make(FakeProcess owner) => owner.Create(HubObjectKind.Event, static writer => writer.Flag(false));
}
