using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Units.Hubs;

/// <summary>One holder, a line, and a note of who left it behind.</summary>
internal sealed class LockModel(bool recursive) : ObjectModel
{
    private readonly List<int> _line = [];
    private int? _holder;
    private int _depth;
    private int? _left;

    protected override ModelAction[] Actions { get; } =
        [new(HubOperation.Enter), new(HubOperation.Enter), new(HubOperation.Exit), new(HubOperation.Exit), new(HubOperation.Enter, Flags: CallFlags.NoWait)];

    internal override IEnumerable<string> Act(int process, ModelAction action, int argument)
    {
        if (action.Operation == HubOperation.Exit)
        {
            if (_holder != process)
            {
                return [$"{process}:LockNotHeld"];
            }

            return [$"{process}:done", .. --_depth > 0 ? [] : Next()];
        }

        if (_holder is null)
        {
            return [Grant(process)];
        }

        if (_holder == process)
        {
            _depth += recursive ? 1 : 0;
            return [recursive ? $"{process}:Entered" : $"{process}:LockRecursion"];
        }

        if (action.Flags == CallFlags.NoWait)
        {
            return [$"{process}:NotEntered"];
        }

        _line.Add(process);
        return [];
    }

    internal override IEnumerable<string> Cancel(int process, bool forGood) => _line.Remove(process) ? [$"{process}:NotEntered, for {NameOf(_holder!.Value)} holds it"] : [];

    internal override IEnumerable<string> Die(int process, int exitCode)
    {
        _line.Remove(process);
        if (_holder != process)
        {
            return [];
        }

        _left = process;
        return Next();
    }

    internal override string Read(int process, PayloadReader answer)
    {
        if (answer.AtEnd)
        {
            return "done";
        }

        var outcome = (EnterOutcome)answer.Byte();
        return (outcome & EnterOutcome.Abandoned) != 0 ? $"Entered after {ProcessDeath.Read(ref answer).Name}"
            : answer.AtEnd ? outcome.ToString() : $"{outcome}, for {answer.Text()!.Split('\'')[1]} holds it";
    }

    protected override long Make(FakeProcess owner) => owner.Create(HubObjectKind.Lock, writer => writer.Flag(recursive));

    private string Grant(int process)
    {
        (_holder, _depth) = (process, 1);
        var told = _left is { } left ? $"{process}:Entered after {NameOf(left)}" : $"{process}:Entered";
        _left = null;
        return told;
    }

    private IEnumerable<string> Next()
    {
        _holder = null;
        if (_line.Count == 0)
        {
            return [];
        }

        var next = _line[0];
        _line.RemoveAt(0);
        return [Grant(next)];
    }
}
