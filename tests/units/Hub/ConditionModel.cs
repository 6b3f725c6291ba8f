using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A lock with two lines: who sleeps until it is woken, and who wants the lock, woken sleepers among them.</summary>
internal sealed class ConditionModel : ObjectModel
{
    private readonly List<int> _sleeping = [];
    private readonly List<Waiting> _line = [];
    private int? _holder;
    private int? _left;
    private bool _wakeUp;

    internal override int ObjectCount => 2;

    protected override ModelAction[] Actions { get; } =
    [
        new(HubOperation.Enter, OnLock: true), new(HubOperation.Enter, OnLock: true), new(HubOperation.Exit, OnLock: true),
        new(HubOperation.Wait), new(HubOperation.Wait), new(HubOperation.Notify, static (writer, count) => writer.Int32(count)),
        new(HubOperation.Wait, Flags: CallFlags.NoWait),
    ];

    internal override IEnumerable<string> Act(int process, ModelAction action, int argument)
    {
        if (action.Operation == HubOperation.Enter)
        {
            if (_holder == process)
            {
                return [$"{process}:LockRecursion"];
            }

            _line.Add(new Waiting(process, "Entered", IsWoken: false, WasAsleep: false));
            return Serve();
        }

        if (_holder != process)
        {
            return [$"{process}:LockNotHeld"];
        }

        switch (action.Operation)
        {
            case HubOperation.Exit:
                _holder = null;
                return [$"{process}:done", .. Serve()];
            case HubOperation.Notify:
                var woken = 0;
                for (; woken < argument && Wake(); woken++)
                {
                }

                return [$"{process}:woke {woken}"];
            case HubOperation.Wait when action.Flags == CallFlags.NoWait:
                return [$"{process}:TimedOut"];
            default:
                _sleeping.Add(process);
                _holder = null;
                return Serve();
        }
    }

    internal override IEnumerable<string> Cancel(int process, bool forGood)
    {
        if (_sleeping.Remove(process))
        {
            if (forGood)
            {
                return [$"{process}:NotEntered"];
            }

            _line.Add(new Waiting(process, "TimedOut", IsWoken: false, WasAsleep: true));
            return Serve();
        }

        // Who was asleep has to have the lock to come back, out of time or not.
        return forGood || !_line.Find(waiting => waiting.Process == process)!.WasAsleep ? [$"{process}:NotEntered", .. Leave(process)] : [];
    }

    internal override IEnumerable<string> Die(int process, int exitCode)
    {
        _sleeping.Remove(process);
        var told = Leave(process);
        if (_holder == process)
        {
            _holder = null;
            _left = process;

            // What woke it may be unused, and goes to the next.
            var wakeUp = _wakeUp;
            told = [.. told, .. Serve()];
            if (wakeUp)
            {
                Wake();
                told = [.. told, .. Serve()];
            }
        }

        return told;
    }

    internal override string Read(int process, PayloadReader answer)
    {
        if (answer.AtEnd)
        {
            return "done";
        }

        // A count has four bytes; an outcome has one, and perhaps a longer description of somebody after it.
        var first = answer.Byte();
        if (answer.Rest.Length == 3)
        {
            return $"woke {first}";
        }

        return ((EnterOutcome)first & EnterOutcome.Abandoned) != 0
            ? $"{(EnterOutcome)first & ~EnterOutcome.Abandoned} after {ProcessDeath.Read(ref answer).Name}"
            : ((EnterOutcome)first).ToString();
    }

    protected override long Make(FakeProcess owner)
    {
        LockId = owner.Create(HubObjectKind.Lock, static writer => writer.Flag(false));
        return owner.Create(HubObjectKind.Condition, writer => writer.Int64(LockId));
    }

    private List<string> Leave(int process)
    {
        var place = _line.FindIndex(waiting => waiting.Process == process);
        if (place < 0)
        {
            return [];
        }

        var left = _line[place];
        _line.RemoveAt(place);
        if (left.IsWoken)
        {
            Wake();
        }

        return Serve();
    }

    private bool Wake()
    {
        if (_sleeping.Count == 0)
        {
            return false;
        }

        _line.Add(new Waiting(_sleeping[0], "Entered", IsWoken: true, WasAsleep: true));
        _sleeping.RemoveAt(0);
        return true;
    }

    private List<string> Serve()
    {
        if (_holder is not null || _line.Count == 0)
        {
            return [];
        }

        var next = _line[0];
        _line.RemoveAt(0);
        _holder = next.Process;
        _wakeUp = next.IsWoken;
        var after = _left is { } left ? $" after {NameOf(left)}" : string.Empty;
        _left = null;
        return [$"{next.Process}:{next.Outcome}{after}"];
    }

    private sealed record Waiting(int Process, string Outcome, bool IsWoken, bool WasAsleep);
}
