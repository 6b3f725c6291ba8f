using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Objects at which nothing waits: each request is answered at once, to who asked.</summary>
internal abstract class SharedModel : ObjectModel
{
    internal override IEnumerable<string> Act(int process, ModelAction action, int argument) => [$"{process}:{Answer(action, argument)}"];

    internal override IEnumerable<string> Cancel(int process, bool forGood) => [];

    internal override IEnumerable<string> Die(int process, int exitCode) => [];

    protected abstract string Answer(ModelAction action, int argument);

    private protected static StoredValue Number(int number) => new(number);
}

/// <summary>A dictionary of numbers by text.</summary>
internal sealed class DictionaryModel : SharedModel
{
    private readonly Dictionary<string, (int Value, int Version, int Shown, int Place)> _entries = [];
    private int _version;

    protected override ModelAction[] Actions { get; } =
    [
        new(HubOperation.Put, static (writer, n) => Keyed(writer, n).Value(Number(n)).Value(Number(10 * n))),
        new(HubOperation.Get, static (writer, n) => Keyed(writer, n)),
        new(HubOperation.TryAdd, static (writer, n) => Keyed(writer, n).Value(Number(n)).Value(Number(20 * n))),
        new(HubOperation.Delete, static (writer, n) => Keyed(writer, n)),
        new(HubOperation.Contains, static (writer, n) => Keyed(writer, n)),
        new(HubOperation.Count),
        new(HubOperation.Increment, static (writer, n) => Keyed(writer, n).Value(Number(n)).Value(Number(n))),
        new(HubOperation.PutIf, static (writer, n) => Keyed(writer, n).Int64(n).Value(Number(n)).Value(Number(30 * n))),
        new(HubOperation.Clear),
        new(HubOperation.PutBack, static (writer, n) => Keyed(writer, n).Value(Number(n)).Value(Number(40 * n)).Int64(n)),
    ];

    internal override string Read(int process, PayloadReader answer) => Words.Of(answer);

    protected override long Make(FakeProcess owner) => owner.Create(HubObjectKind.Dictionary, static _ => { });

    protected override string Answer(ModelAction action, int argument)
    {
        var key = $"k{argument % 3}";
        var found = _entries.TryGetValue(key, out var entry);
        switch (action.Operation)
        {
            case HubOperation.Put:
                Put(key, 10 * argument, argument);
                return string.Empty;
            case HubOperation.Get:
                return found ? $"True {entry.Value} v{entry.Version}" : "False";
            case HubOperation.TryAdd:
                return found ? "False" : Put(key, 20 * argument, argument);
            case HubOperation.Delete:
                _entries.Remove(key);
                return found ? $"True {entry.Value} of {entry.Shown} at {entry.Place}" : "False";
            case HubOperation.PutBack:
                if (!found)
                {
                    _entries[key] = (40 * argument, ++_version, argument, argument);
                }

                return string.Empty;
            case HubOperation.Contains:
                return $"{found}";
            case HubOperation.Count:
                return $"#{_entries.Count}";
            case HubOperation.Increment:
                Put(key, entry.Value + argument, argument);
                return $"{_entries[key].Value}";
            case HubOperation.PutIf:
                return (found ? entry.Version : 0) == argument ? Put(key, 30 * argument, argument) : "False";
            default:
                _entries.Clear();
                return string.Empty;
        }
    }

    private static PayloadWriter Keyed(PayloadWriter writer, int number) => writer.Text($"k{number % 3}");

    private string Put(string key, int value, int shown)
    {
        var place = ++_version;
        if (_entries.TryGetValue(key, out var old))
        {
            (shown, place) = (old.Shown, old.Place);
        }

        _entries[key] = (value, _version, shown, place);
        return "True";
    }
}

/// <summary>A list of numbers.</summary>
internal sealed class ListModel : SharedModel
{
    private readonly List<int> _items = [];

    protected override ModelAction[] Actions { get; } =
    [
        new(HubOperation.TryAdd, static (writer, n) => writer.Int32(1).Value(Number(n))),
        new(HubOperation.TryAdd, static (writer, n) => writer.Int32(2).Value(Number(n)).Value(Number(n + 1))),
        new(HubOperation.Insert, static (writer, n) => writer.Int32(n).Value(Number(-n))),
        new(HubOperation.Delete, static (writer, n) => writer.Int32(n - 2)),
        new(HubOperation.Put, static (writer, n) => writer.Int32(n - 2).Value(Number(7))),
        new(HubOperation.Increment, static (writer, n) => writer.Int32(n - 2).Value(Number(n))),
        new(HubOperation.PutBack, static (writer, n) => writer.Int32(n - 2).Value(Number(n))),
        new(HubOperation.IndexOf, static (writer, n) => writer.Value(Number(n))),
        new(HubOperation.Count),
        new(HubOperation.Snapshot),
    ];

    internal override string Read(int process, PayloadReader answer) => Words.Of(answer);

    protected override long Make(FakeProcess owner) => owner.Create(HubObjectKind.List, static _ => { });

    protected override string Answer(ModelAction action, int argument)
    {
        var place = argument - 2 < 0 ? _items.Count + argument - 2 : argument - 2;
        var isThere = place >= 0 && place < _items.Count;
        switch (action.Operation)
        {
            case HubOperation.TryAdd:
                var first = _items.Count;
                _items.AddRange(action == Actions[0] ? [argument] : [argument, argument + 1]);
                return $"#{first}";
            case HubOperation.Insert when argument <= _items.Count:
                _items.Insert(argument, -argument);
                return string.Empty;
            case HubOperation.Delete when isThere:
                var taken = _items[place];
                _items.RemoveAt(place);
                return $"#{place} {taken}";
            case HubOperation.PutBack:
                _items.Insert(Math.Clamp(argument - 2, 0, _items.Count), argument);
                return string.Empty;
            case HubOperation.Put when isThere:
                _items[place] = 7;
                return string.Empty;
            case HubOperation.Increment when isThere:
                _items[place] += argument;
                return $"{_items[place]}";
            case HubOperation.IndexOf:
                return $"#{_items.IndexOf(argument)}";
            case HubOperation.Count:
                return $"#{_items.Count}";
            case HubOperation.Snapshot:
                return $"#{_items.Count} {string.Join(' ', _items)}".TrimEnd();
            default:
                return "IndexOutOfRange";
        }
    }
}

/// <summary>One number.</summary>
internal sealed class ValueModel : SharedModel
{
    private int _value = 5;
    private int _version = 1;

    protected override ModelAction[] Actions { get; } =
    [
        new(HubOperation.Get), new(HubOperation.Put, static (writer, n) => writer.Value(Number(n))),
        new(HubOperation.Increment, static (writer, n) => writer.Value(Number(n))),
        new(HubOperation.PutIf, static (writer, n) => writer.Int64(n).Value(Number(99))),
    ];

    internal override string Read(int process, PayloadReader answer) => Words.Of(answer);

    protected override long Make(FakeProcess owner) => owner.Create(HubObjectKind.Value, static writer => writer.Value(Number(5)));

    protected override string Answer(ModelAction action, int argument)
    {
        switch (action.Operation)
        {
            case HubOperation.Get:
                return $"{_value} v{_version}";
            case HubOperation.Put:
                (_value, _version) = (argument, _version + 1);
                return string.Empty;
            case HubOperation.Increment:
                (_value, _version) = (_value + argument, _version + 1);
                return $"{_value}";
            default:
                if (argument != _version)
                {
                    return "False";
                }

                (_value, _version) = (99, _version + 1);
                return "True";
        }
    }
}

/// <summary>An answer as text, told apart by its length: what the shared objects answer with.</summary>
internal static class Words
{
    private const int ValueSize = 9;

    internal static string Of(PayloadReader answer)
    {
        var all = answer.Rest;
        return all.Length switch
        {
            0 => string.Empty,
            1 => $"{answer.Flag()}",
            4 => $"#{answer.Int32()}",
            ValueSize => $"{answer.Value().Number}",
            ValueSize + 1 => $"{answer.Flag()} {answer.Value().Number}",
            ValueSize + 8 => $"{answer.Value().Number} v{answer.Int64()}",
            (2 * ValueSize) + 9 => $"{answer.Flag()} {answer.Value().Number} of {answer.Value().Number} at {answer.Int64()}",
            ValueSize + 9 => $"{answer.Flag()} {answer.Value().Number} v{answer.Int64()}",
            _ => Items(answer),
        };
    }

    private static string Items(PayloadReader answer)
    {
        var words = new List<string> { $"#{answer.Int32()}" };
        while (!answer.AtEnd)
        {
            words.Add($"{answer.Value().Number}");
        }

        return string.Join(' ', words);
    }
}
