using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A row of numbers in the order in which they are to leave, two lines before it, and who has received what.</summary>
internal sealed class QueueModel(QueueKind kind, int most, bool acknowledge) : ObjectModel
{
    private readonly List<Item> _items = [];
    private readonly List<(int Process, Item Item)> _received = [];
    private readonly List<Sender> _senders = [];
    private readonly List<(int Process, int Most)> _receivers = [];
    private readonly List<int> _joining = [];
    private readonly List<int> _holders = [];
    private readonly HubOperation[] _asked = new HubOperation[ModelStep.Processes];
    private int _last;
    private int _lastPlace;
    private bool _closed;

    protected override ModelAction[] Actions { get; } = [
        new(HubOperation.Send), new(HubOperation.Send), new(HubOperation.Send, Flags: CallFlags.NoWait),
        new(HubOperation.Receive, static (writer, argument) => writer.Int32(argument)), new(HubOperation.Receive, static (writer, argument) => writer.Int32(argument)),
        new(HubOperation.Receive, static (writer, argument) => writer.Int32(argument), CallFlags.NoWait),
        new(HubOperation.GiveBack), new(HubOperation.Complete, static (writer, argument) => writer.Int32(argument)),
        new(HubOperation.Complete, static (writer, _) => writer.Int32(1)), new(HubOperation.Wait), new(HubOperation.Wait, Flags: CallFlags.NoWait),
        new(HubOperation.Close),
    ];

    private int Most => most == 0 ? int.MaxValue : most;

    internal override void Write(int process, ModelAction action, int argument, PayloadWriter writer)
    {
        if (action.Operation == HubOperation.Send)
        {
            writer.Int32(argument);
            for (var i = 1; i <= argument; i++)
            {
                writer.Value(new StoredValue(_last + i)).Int64(BitConverter.DoubleToInt64Bits(Priority(_last + i)));
            }
        }
        else if (action.Operation == HubOperation.GiveBack)
        {
            var back = LastOf(process, argument);
            writer.Int32(back.Count);
            back.ForEach(item => new QueueItem(new StoredValue(item.Number), Priority(item.Number), item.Place, item.IsRepeated).Write(writer));
        }
        else
        {
            base.Write(process, action, argument, writer);
        }
    }

    internal override IEnumerable<string> Act(int process, ModelAction action, int argument)
    {
        var noWait = action.Flags == CallFlags.NoWait;
        _asked[process] = action.Operation;
        switch (action.Operation)
        {
            case HubOperation.Send when _closed:
                _last += argument;
                return [$"{process}:QueueClosed"];
            case HubOperation.Send when argument == 0:
                return [$"{process}:sent 0"];
            case HubOperation.Send:
                var sender = new Sender(process, argument, new Queue<int>(Enumerable.Range(_last + 1, argument)));
                _last += argument;
                _senders.Add(sender);
                List<string> told = [.. Run()];
                return noWait && _senders.Remove(sender) ? [.. told, sender.Told] : told;
            case HubOperation.Receive:
                _receivers.Add((process, Math.Max(1, argument)));
                return [.. Run(), .. noWait && _receivers.RemoveAll(waiting => waiting.Process == process) > 0 ? new[] { $"{process}:Nothing" } : []];
            case HubOperation.GiveBack:
                var back = LastOf(process, argument);
                _received.RemoveAll(held => held.Process == process && back.Contains(held.Item));
                _items.AddRange(Enumerable.Reverse(back));
                return [$"{process}:True", .. Run()];
            case HubOperation.Complete:
                return Complete(process, action == Actions[8] ? 1 : argument);
            case HubOperation.Wait:
                _joining.Add(process);
                return [.. Run(), .. noWait && _joining.Remove(process) ? new[] { $"{process}:False" } : []];
            default:
                _closed = true;
                List<string> refused = [.. _senders.Select(static waiting => $"{waiting.Process}:QueueClosed")];
                _senders.Clear();
                return [$"{process}:True", .. refused, .. Run()];
        }
    }

    internal override IEnumerable<string> Cancel(int process, bool forGood)
    {
        if (_senders.Find(waiting => waiting.Process == process) is { } sender)
        {
            _senders.Remove(sender);
            return [sender.Told];
        }

        return _receivers.RemoveAll(waiting => waiting.Process == process) > 0
            ? [$"{process}:Nothing"]
            : _joining.Remove(process) ? [$"{process}:False"] : [];
    }

    internal override IEnumerable<string> Die(int process, int exitCode)
    {
        _ = Cancel(process, forGood: true);
        if (acknowledge)
        {
            _items.AddRange(_received.Where(held => held.Process == process).Select(static held => held.Item with { IsRepeated = true }).Reverse());
        }

        _received.RemoveAll(held => held.Process == process);
        return Run();
    }

    internal override string Read(int process, PayloadReader answer)
    {
        // A count has four bytes, a flag one; a receiver's answer is of one byte too where nothing comes with it.
        if (_asked[process] is HubOperation.Receive)
        {
            var told = ((ReceiveOutcome)answer.Byte()).ToString();
            _ = told == nameof(ReceiveOutcome.Items) && answer.Flag();
            while (!answer.AtEnd)
            {
                var item = QueueItem.Read(ref answer);
                told += $" {item.Value.Number}{(item.IsRedelivered ? "!" : string.Empty)}";
            }

            return told;
        }

        return _asked[process] is HubOperation.Send ? $"sent {answer.Int32()}" : $"{answer.Flag()}";
    }

    protected override long Make(FakeProcess owner) =>
        owner.Create(HubObjectKind.Queue, writer => writer.Byte((byte)kind).Int32(most).Flag(acknowledge));

    private static double Priority(int number) => number % 3;

    private List<string> Complete(int process, int count)
    {
        var open = _received.Count(held => !acknowledge || held.Process == process);
        if (count < 1 || count > open)
        {
            return [$"{process}:{(count < 1 ? "InvalidArgument" : "TooManyCompletions")}"];
        }

        for (; count > 0; count--)
        {
            // Its own first; where nothing can come back, then one of who has had some for the longest.
            Follow();
            var own = _received.FindIndex(held => held.Process == process);
            _received.RemoveAt(own >= 0 ? own : _received.FindIndex(held => held.Process == _holders[0]));
        }

        return [$"{process}:True", .. Run()];
    }

    private List<Item> LastOf(int process, int count) => [.. _received.Where(held => held.Process == process).Select(static held => held.Item).TakeLast(count)];

    private void Follow()
    {
        _holders.RemoveAll(process => !_received.Exists(held => held.Process == process));
        _holders.AddRange(_received.Select(static held => held.Process).Distinct().Except(_holders).ToList());
    }

    /// <summary>Lets in what has room, gives out what is wanted, until nothing moves any more.</summary>
    private List<string> Run()
    {
        var told = new List<string>();
        var ahead = kind == QueueKind.Fifo && !acknowledge;
        do
        {
            Admit(told, ahead ? int.MaxValue : _items.Count > 0 && _receivers.Count > 0 ? 0 : 1);
            while (_items.Count > 0 && _receivers.Count > 0)
            {
                told.Add(Deliver());
            }
        }
        while (_senders.Count > 0 && _items.Count < Most);

        Follow();
        foreach (var waiting in _receivers.Where(waiting => _closed && !_received.Exists(held => acknowledge && held.Process != waiting.Process)).ToList())
        {
            _receivers.Remove(waiting);
            told.Add($"{waiting.Process}:Over");
        }

        if (_items.Count == 0 && _received.Count == 0)
        {
            told.AddRange(_joining.Select(static process => $"{process}:True"));
            _joining.Clear();
        }

        return told;
    }

    private void Admit(List<string> told, int count)
    {
        for (; count > 0 && _senders.Count > 0 && _items.Count < Most; count--)
        {
            _items.Add(new Item(_senders[0].Waiting.Dequeue(), ++_lastPlace, IsRepeated: false));
            if (_senders[0].Waiting.Count == 0)
            {
                told.Add(_senders[0].Told);
                _senders.RemoveAt(0);
            }
        }
    }

    private string Deliver()
    {
        var (process, count) = _receivers[0];
        _receivers.RemoveAt(0);
        var told = $"{process}:Items";
        for (var left = kind == QueueKind.Fifo && !acknowledge ? count : 1; left > 0 && _items.Count > 0; left--)
        {
            var next = kind switch
            {
                QueueKind.Fifo => _items.MinBy(static item => item.Place)!,
                QueueKind.Lifo => _items[^1],
                _ => _items.OrderBy(static item => Priority(item.Number)).ThenBy(static item => item.Place).First(),
            };
            _items.Remove(next);
            _received.Add((process, next));
            told += $" {next.Number}{(next.IsRepeated ? "!" : string.Empty)}";
        }

        Follow();
        return told;
    }

    private sealed record Item(int Number, int Place, bool IsRepeated);

    private sealed record Sender(int Process, int Count, Queue<int> Waiting)
    {
        internal string Told => $"{Process}:sent {Count - Waiting.Count}";
    }
}
