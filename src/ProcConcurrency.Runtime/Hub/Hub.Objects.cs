namespace ProcConcurrency.Runtime.Hub;

// Which objects there are: made, found by name, counted, dropped.
internal sealed partial class Hub
{
    /// <summary>How many objects there are, the start gate aside.</summary>
    internal int ObjectCount
    {
        get
        {
            lock (_gate)
            {
                return _objects.Count - 1;
            }
        }
    }

    /// <summary>A process has its first handle to an object. Of one that is gone it is told when it uses it.</summary>
    internal void AddReference(HubClient client, long id)
    {
        lock (_gate)
        {
            if (_objects.TryGetValue(id, out var item))
            {
                AddReferenceOf(client, item);
            }
        }
    }

    /// <summary>A process has no handle to an object any more, or was counted twice.</summary>
    internal void ReleaseReference(HubClient client, long id)
    {
        lock (_gate)
        {
            ReleaseReferenceOf(client, id);
            RemoveUnreferenced();
        }

        Deliver();
    }

    /// <summary>An object that another one needs, or a stored value mentions, lives as long.</summary>
    internal void AddReferences(IEnumerable<long> ids)
    {
        foreach (var id in ids)
        {
            if (_objects.TryGetValue(id, out var item))
            {
                item.References++;
            }
        }
    }

    internal void ReleaseReferences(IEnumerable<long> ids)
    {
        foreach (var id in ids)
        {
            Release(id, 1);
        }
    }

    /// <summary>An object stays as long as the hub does: bytes of a manager mention it, which this hub can't count.</summary>
    private static void Keep(HubObject item)
    {
        if (!item.IsKept)
        {
            item.IsKept = true;
            item.References++;
        }
    }

    /// <summary>Whether, a process aside that is going, an object is referred to by nobody but one process.</summary>
    internal bool IsOnlyHeldBy(long id, long clientId, HubClient? going = null)
    {
        var left = _objects[id].References - (going?.References[id] ?? 0);
        return left == _clients.Where(client => client.Id == clientId).Sum(client => client.References[id]);
    }

    /// <summary>The object with an id.</summary>
    /// <exception cref="HubFaultException">It is gone.</exception>
    internal HubObject Find(long id) => _objects.TryGetValue(id, out var item)
        ? item
        : throw new HubFaultException(HubFault.ObjectGone, $"The object {id} is no longer there: it was removed, or its hub is another one.");

    private void Create(HubCall call, ref PayloadReader arguments)
    {
        var kind = (HubObjectKind)arguments.Byte();
        var name = arguments.Text();
        if (name is not null && _names.TryGetValue(name, out var known))
        {
            if (known.Identity.Kind != kind)
            {
                throw new HubFaultException(
                    HubFault.NameInUse, $"The name '{name}' belongs to an object of the kind {known.Identity.Kind}; one of the kind {kind} can't have it too. Choose another name.");
            }

            Made(call, known, isNew: false);
            return;
        }

        var item = _factory(this, new HubObjectIdentity(++_lastId, kind, name), ref arguments)
            ?? throw new HubFaultException(HubFault.InvalidArgument, $"This hub has no objects of the kind {(byte)kind}.");
        _objects.Add(item.Id, item);
        if (name is not null)
        {
            _names.Add(name, item);
        }

        Made(call, item, isNew: true);
    }

    private void Made(HubCall call, HubObject item, bool isNew)
    {
        // The creator's handle is counted here, not by a notice that might come too late.
        AddReferenceOf(call.Client, item);
        Reply(call).Int64(item.Id).Flag(isNew);
        Answer(call);
    }

    private void Remove(HubObject item)
    {
        _objects.Remove(item.Id);
        if (item.Identity.Name is { } name)
        {
            _names.Remove(name);
        }

        item.OnRemoved();
    }

    // A name is a handle that anybody may come back to. Others are dropped when the step at hand is done: it may refer to them again.
    private void Release(long id, int count)
    {
        if (_objects.TryGetValue(id, out var item) && (item.References -= count) == 0 && item.Identity.Name is null)
        {
            _unreferenced.Enqueue(item);
        }
    }

    private void RemoveUnreferenced()
    {
        while (_unreferenced.TryDequeue(out var item))
        {
            if (item.References == 0 && _objects.ContainsKey(item.Id))
            {
                Remove(item);
            }
        }
    }

    private void ReleaseReferenceOf(HubClient client, long id)
    {
        if (client.References.Remove(id))
        {
            Release(id, 1);
        }
    }

    /// <summary>
    /// The answer that is being written mentions an object: it is counted for the process that the answer is for, once, so that it is
    /// there however late the answer is read. That process gives it back as it gives back a handle's.
    /// </summary>
    private void Mention(long id)
    {
        if (_clients.Contains(_answering!) && _objects.TryGetValue(id, out var item) && _mentioned.Add(item))
        {
            AddReferenceOf(_answering!, item);
        }
    }

    private static void AddReferenceOf(HubClient client, HubObject item)
    {
        item.References++;
        client.References.Add(item.Id);
    }

    private void List(HubCall call)
    {
        var listed = _objects.Values.Where(static item => item.IsListed).ToList();
        var answer = Reply(call).Int32(listed.Count);
        foreach (var item in listed)
        {
            answer.Int64(item.Id).Byte((byte)item.Identity.Kind).Text(item.Identity.Name).Text(item.Owner)
                .Int32(item.WaiterCount).Int32(item.References).Int64(item.Age.Ticks);
        }

        Answer(call);
    }
}
