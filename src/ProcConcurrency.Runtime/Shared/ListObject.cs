using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>The hub's side of a list. A negative index counts from the end, as everywhere in the language of its users.</summary>
internal sealed class ListObject : HubObject
{
    private readonly List<(StoredValue Value, long Version)> _items = [];
    private long _version;

    /// <summary>Makes one.</summary>
    /// <param name="hub">Its hub.</param>
    /// <param name="identity">Which it is.</param>
    /// <param name="settings">The items that it begins with.</param>
    internal ListObject(Hub.Hub hub, HubObjectIdentity identity, ref PayloadReader settings)
        : base(hub, identity)
    {
        var items = new List<StoredValue>();
        while (!settings.AtEnd)
        {
            items.Add(settings.Value());
        }

        items.ForEach(item => Insert(_items.Count, item));
    }

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Get:
                var (value, version) = _items[Index(arguments.Int32())];
                Hub.Reply(call).Value(value).Int64(version);
                break;
            case HubOperation.Put:
                Put(Index(arguments.Int32()), arguments.Value());
                Hub.Reply(call);
                break;
            case HubOperation.PutIf:
                var place = arguments.Int32();
                var expected = arguments.Int64();
                Hub.Reply(call).Flag(PutIf(place, expected, arguments.Value()));
                break;
            case HubOperation.TryAdd:
                Add(call, ref arguments);
                break;
            case HubOperation.Insert:
                var at = arguments.Int32();
                Insert(at < 0 || at > _items.Count ? throw OutOfRange(at) : at, arguments.Value());
                Hub.Reply(call);
                break;
            case HubOperation.PutBack:
                Insert(Math.Clamp(arguments.Int32(), 0, _items.Count), arguments.Value());
                Hub.Reply(call);
                break;
            case HubOperation.Delete:
                Delete(call, Index(arguments.Int32()));
                break;
            case HubOperation.IndexOf:
                Hub.Reply(call).Int32(IndexOf(arguments.Value()));
                break;
            case HubOperation.Count:
                Hub.Reply(call).Int32(_items.Count);
                break;
            case HubOperation.Clear:
                Clear();
                Hub.Reply(call);
                break;
            case HubOperation.Snapshot:
                Snapshot(call);
                break;
            case HubOperation.Increment:
                var index = Index(arguments.Int32());
                Put(index, Numbers.Add(_items[index].Value, arguments.Value()));
                Hub.Reply(call).Value(_items[index].Value);
                break;
            default:
                throw Unknown(operation);
        }

        Hub.Answer(call);
    }

    internal override void OnRemoved() => Clear();

    internal override void WriteState(PayloadWriter answer) => answer.Int32(_items.Count);

    private void Clear()
    {
        foreach (var (value, _) in _items)
        {
            Hub.ReleaseReferences(value.Objects);
        }

        _items.Clear();
    }

    private HubFaultException OutOfRange(int index) => new(
        HubFault.IndexOutOfRange, $"{Title} has {_items.Count} items; the index {index} is none of theirs.");

    private int Index(int index)
    {
        var place = index < 0 ? _items.Count + index : index;
        return place >= 0 && place < _items.Count ? place : throw OutOfRange(index);
    }

    private void Insert(int index, StoredValue value)
    {
        Hub.AddReferences(value.Objects);
        _items.Insert(index, (value, ++_version));
    }

    private void Put(int index, StoredValue value)
    {
        Hub.AddReferences(value.Objects);
        Hub.ReleaseReferences(_items[index].Value.Objects);
        _items[index] = (value, ++_version);
    }

    private bool PutIf(int index, long version, StoredValue value)
    {
        // An item that moved away since is a change like any other.
        if (index < 0 || index >= _items.Count || _items[index].Version != version)
        {
            return false;
        }

        Put(index, value);
        return true;
    }

    private void Add(HubCall call, ref PayloadReader arguments)
    {
        var first = _items.Count;
        for (var count = arguments.Int32(); count > 0; count--)
        {
            Insert(_items.Count, arguments.Value());
        }

        Hub.Reply(call).Int32(first);
    }

    private void Delete(HubCall call, int index)
    {
        var value = _items[index].Value;
        _items.RemoveAt(index);
        Hub.Reply(call).Int32(index).Value(value);
        Hub.ReleaseReferences(value.Objects);
    }

    private int IndexOf(StoredValue value) => _items.FindIndex(item => item.Value == value);

    private void Snapshot(HubCall call)
    {
        var answer = Hub.Reply(call).Int32(_items.Count);
        foreach (var (value, _) in _items)
        {
            answer.Value(value);
        }
    }
}
