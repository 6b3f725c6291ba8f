using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// What processes have received and not completed. Where items may come back they are kept here; else only counted, and
/// have left the hub.
/// </summary>
internal abstract class ReceivedItems
{
    /// <summary>How many, of all processes.</summary>
    internal long Count { get; private protected set; }

    /// <summary>The processes whose items would come back.</summary>
    internal virtual IReadOnlyCollection<HubClient> Holders => [];

    /// <summary>Makes one.</summary>
    /// <param name="hub">Told which objects the items mention.</param>
    /// <param name="keep">Whether items may come back.</param>
    internal static ReceivedItems Create(Hub.Hub hub, bool keep) => keep ? new Kept(hub) : new Counted(hub);

    /// <summary>A process has received an item; it has been written to the answer.</summary>
    internal abstract void Add(HubCall call, QueueItem item);

    /// <summary>How many items a process may complete.</summary>
    internal abstract long Open(HubClient client);

    /// <summary>Completes that many items; there are that many.</summary>
    internal abstract void Complete(HubCall call, int count);

    /// <summary>An item was not used after all; null where it has been completed since.</summary>
    internal abstract QueueItem? Return(HubClient client, QueueItem item);

    /// <summary>A process is gone.</summary>
    /// <returns>What comes back.</returns>
    internal abstract IEnumerable<QueueItem> ReturnAll(HubClient client);

    /// <summary>A caller of a process is gone; the process lives on.</summary>
    /// <returns>What comes back.</returns>
    internal virtual IEnumerable<QueueItem> ReturnAll(HubClient client, int caller) => [];

    /// <summary>The queue is gone.</summary>
    internal virtual void Clear()
    {
    }

    private sealed class Kept(Hub.Hub hub) : ReceivedItems
    {
        private readonly Dictionary<HubClient, LinkedList<(QueueItem Item, int Caller)>> _items = [];

        internal override IReadOnlyCollection<HubClient> Holders => _items.Keys;

        internal override void Add(HubCall call, QueueItem item)
        {
            if (!_items.TryGetValue(call.Client, out var items))
            {
                _items.Add(call.Client, items = []);
            }

            items.AddLast((item, call.Caller));
            Count++;
        }

        internal override long Open(HubClient client) => _items.TryGetValue(client, out var items) ? items.Count : 0;

        internal override void Complete(HubCall call, int count)
        {
            for (; count > 0; count--)
            {
                // The oldest of the caller's own: one thread must not complete what another one is still at.
                var items = _items[call.Client];
                var node = items.First;
                while (node is not null && node.Value.Caller != call.Caller)
                {
                    node = node.Next;
                }

                node ??= items.First!;
                hub.ReleaseReferences(node.Value.Item.Value.Objects);
                node.Value.Item.Value.Recycle();
                Remove(call.Client, items, node);
            }
        }

        internal override QueueItem? Return(HubClient client, QueueItem item)
        {
            if (_items.TryGetValue(client, out var items))
            {
                for (var node = items.Last; node is not null; node = node.Previous)
                {
                    if (node.Value.Item.Number == item.Number)
                    {
                        Remove(client, items, node);
                        return node.Value.Item;
                    }
                }
            }

            return null;
        }

        internal override IEnumerable<QueueItem> ReturnAll(HubClient client)
        {
            if (!_items.Remove(client, out var items))
            {
                return [];
            }

            Count -= items.Count;

            // The last first: each is put before those that are there.
            return items.Reverse().Select(static held => held.Item with { IsRedelivered = true });
        }

        internal override IEnumerable<QueueItem> ReturnAll(HubClient client, int caller)
        {
            var returned = new List<QueueItem>();
            if (_items.TryGetValue(client, out var items))
            {
                for (var node = items.Last; node is not null;)
                {
                    var (held, before) = (node, node.Previous);
                    if (held.Value.Caller == caller)
                    {
                        Remove(client, items, held);
                        returned.Add(held.Value.Item with { IsRedelivered = true });
                    }

                    node = before;
                }
            }

            return returned;
        }

        internal override void Clear()
        {
            foreach (var (item, _) in _items.Values.SelectMany(static items => items))
            {
                hub.ReleaseReferences(item.Value.Objects);
            }

            _items.Clear();
        }

        private void Remove(HubClient client, LinkedList<(QueueItem Item, int Caller)> items, LinkedListNode<(QueueItem Item, int Caller)> node)
        {
            items.Remove(node);
            Count--;
            if (items.Count == 0)
            {
                _items.Remove(client);
            }
        }
    }

    private sealed class Counted(Hub.Hub hub) : ReceivedItems
    {
        // The receiver that has held items for the longest comes first.
        private readonly List<Held> _counts = [];

        internal override void Add(HubCall call, QueueItem item)
        {
            hub.ReleaseReferences(item.Value.Objects);
            item.Value.Recycle();
            Count++;
            var place = Find(call.Client);
            if (place < 0)
            {
                _counts.Add(new Held(call.Client) { Count = 1 });
            }
            else
            {
                _counts[place].Count++;
            }
        }

        internal override long Open(HubClient client) => Count;

        internal override void Complete(HubCall call, int count)
        {
            // One process may receive and another one complete.
            var left = count - Subtract(Find(call.Client), count);
            while (left > 0)
            {
                left -= Subtract(0, left);
            }
        }

        internal override QueueItem? Return(HubClient client, QueueItem item)
        {
            hub.AddReferences(item.Value.Objects);
            Subtract(Find(client), 1);
            return item;
        }

        internal override IEnumerable<QueueItem> ReturnAll(HubClient client)
        {
            // Gone with their receiver: nobody is left to complete them.
            Subtract(Find(client), long.MaxValue);
            return [];
        }

        private int Find(HubClient client)
        {
            for (var place = 0; place < _counts.Count; place++)
            {
                if (_counts[place].Client == client)
                {
                    return place;
                }
            }

            return -1;
        }

        private long Subtract(int place, long most)
        {
            if (place < 0)
            {
                return 0;
            }

            var held = _counts[place];
            var subtracted = Math.Min(held.Count, most);
            Count -= subtracted;
            held.Count -= subtracted;
            if (held.Count == 0)
            {
                _counts.RemoveAt(place);
            }

            return subtracted;
        }

        private sealed class Held(HubClient client)
        {
            internal HubClient Client => client;

            internal long Count { get; set; }
        }
    }
}
