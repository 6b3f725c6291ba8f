using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>
/// The hub's side of a dictionary. A key comes twice: as the text that tells keys apart, made by the handle, and as the
/// value that it was, which the hub never opens. Each change gives its entry a new version, for changes on condition.
/// </summary>
internal sealed class DictionaryObject : HubObject
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _version;

    /// <summary>Makes one.</summary>
    /// <param name="hub">Its hub.</param>
    /// <param name="identity">Which it is.</param>
    /// <param name="settings">The entries that it begins with, or nothing.</param>
    internal DictionaryObject(Hub.Hub hub, HubObjectIdentity identity, ref PayloadReader settings)
        : base(hub, identity)
    {
        if (!settings.AtEnd)
        {
            PutAll(Many(ref settings), isSum: false);
        }
    }

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Get:
                _entries.TryGetValue(Key(ref arguments), out var entry);
                var answer = Hub.Reply(call).Flag(entry is not null);
                if (entry is not null)
                {
                    answer.Value(entry.Value).Int64(entry.Version);
                }

                break;
            case HubOperation.Put:
                Put(Key(ref arguments), arguments.Value(), arguments.Value());
                Hub.Reply(call);
                break;
            case HubOperation.TryAdd:
                Hub.Reply(call).Flag(PutIf(Key(ref arguments), 0, arguments.Value(), arguments.Value()));
                break;
            case HubOperation.PutIf:
                Hub.Reply(call).Flag(PutIf(Key(ref arguments), arguments.Int64(), arguments.Value(), arguments.Value()));
                break;
            case HubOperation.Delete:
                Delete(call, Key(ref arguments));
                break;
            case HubOperation.PutBack:
                PutBack(Key(ref arguments), arguments.Value(), arguments.Value(), arguments.Int64());
                Hub.Reply(call);
                break;
            case HubOperation.Contains:
                Hub.Reply(call).Flag(_entries.ContainsKey(Key(ref arguments)));
                break;
            case HubOperation.Count:
                Hub.Reply(call).Int32(_entries.Count);
                break;
            case HubOperation.Clear:
                Clear();
                Hub.Reply(call);
                break;
            case HubOperation.Snapshot:
                Snapshot(call);
                break;
            case HubOperation.Increment:
                Increment(call, Key(ref arguments), arguments.Value(), arguments.Value());
                break;
            case HubOperation.IncrementAll:
                PutAll(Many(ref arguments), isSum: true);
                Hub.Reply(call);
                break;
            case HubOperation.PutAll:
                PutAll(Many(ref arguments), isSum: false);
                Hub.Reply(call);
                break;
            default:
                throw Unknown(operation);
        }

        Hub.Answer(call);
    }

    internal override void OnRemoved() => Clear();

    internal override void WriteState(PayloadWriter answer) => answer.Int32(_entries.Count);

    private void Clear()
    {
        foreach (var entry in _entries.Values)
        {
            Hub.ReleaseReferences(entry.Value.Objects);
        }

        _entries.Clear();
    }

    private static string Key(ref PayloadReader arguments) => arguments.Text() ?? string.Empty;

    private void Put(string key, StoredValue shown, StoredValue value)
    {
        Hub.AddReferences(value.Objects);
        var place = ++_version;
        if (_entries.TryGetValue(key, out var old))
        {
            Hub.ReleaseReferences(old.Value.Objects);
            (shown, place) = (old.Key, old.Place);
        }

        _entries[key] = new Entry(shown, value, _version, place);
    }

    private bool PutIf(string key, long version, StoredValue shown, StoredValue value)
    {
        if ((_entries.TryGetValue(key, out var old) ? old.Version : 0) != version)
        {
            return false;
        }

        Put(key, shown, value);
        return true;
    }

    private void Delete(HubCall call, string key)
    {
        _entries.Remove(key, out var entry);
        var answer = Hub.Reply(call).Flag(entry is not null);
        if (entry is not null)
        {
            answer.Value(entry.Value).Value(entry.Key).Int64(entry.Place);
            Hub.ReleaseReferences(entry.Value.Objects);
        }
    }

    private void PutBack(string key, StoredValue shown, StoredValue value, long place)
    {
        if (!_entries.ContainsKey(key))
        {
            Hub.AddReferences(value.Objects);
            _entries[key] = new Entry(shown, value, ++_version, place);
        }
    }

    private void Increment(HubCall call, string key, StoredValue shown, StoredValue delta)
    {
        var sum = _entries.TryGetValue(key, out var entry) ? Numbers.Add(entry.Value, delta) : delta;
        Put(key, shown, sum);
        Hub.Reply(call).Value(sum);
    }

    private static List<NewEntry> Many(ref PayloadReader arguments)
    {
        var entries = new List<NewEntry>();
        for (var count = arguments.Int32(); count > 0; count--)
        {
            entries.Add(new NewEntry(Key(ref arguments), arguments.Value(), arguments.Value()));
        }

        return entries;
    }

    /// <summary>Sets many entries, or adds to them: all, or with a fault none.</summary>
    private void PutAll(List<NewEntry> entries, bool isSum)
    {
        var sums = new Dictionary<string, StoredValue>(StringComparer.Ordinal);
        foreach (var (key, _, value) in entries)
        {
            var isThere = sums.TryGetValue(key, out var old);
            if (!isThere && _entries.TryGetValue(key, out var entry))
            {
                (isThere, old) = (true, entry.Value);
            }

            sums[key] = isSum && isThere ? Numbers.Add(old, value) : value;
        }

        foreach (var (key, shown, _) in entries)
        {
            Put(key, shown, sums[key]);
        }
    }

    private void Snapshot(HubCall call)
    {
        var answer = Hub.Reply(call).Int32(_entries.Count);
        foreach (var entry in _entries.Values.OrderBy(static entry => entry.Place))
        {
            answer.Value(entry.Key).Value(entry.Value);
        }
    }

    /// <param name="Key">By which it is found.</param>
    /// <param name="Shown">The same as it was given.</param>
    /// <param name="Value">What it is to have.</param>
    private sealed record NewEntry(string Key, StoredValue Shown, StoredValue Value);

    /// <param name="Key">As it was first given.</param>
    /// <param name="Value">Now.</param>
    /// <param name="Version">Of the last change.</param>
    /// <param name="Place">Of its first, which gives the order.</param>
    private sealed record Entry(StoredValue Key, StoredValue Value, long Version, long Place);
}
