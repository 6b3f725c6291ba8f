using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

// What readers have fetched, and not all handed out.
internal sealed partial class QueueObject
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    // A reader that is at work uses up in 5 ms what it fetches ahead. Items that are recalled from it reach another reader after later items, so
    // they are recalled from a reader that stands still, and not from one that only waits for a processor.
    private static readonly TimeSpan s_recallAfter = TimeSpan.FromMilliseconds(500);

    private readonly List<QueueLease> _leases = [];
    private BackgroundTimer? _recall;
    private bool _recallIsDue;

    /// <summary>A reader comes for more, or not again: what it had is received, and what it did not hand out goes back.</summary>
    private void Settle(HubClient client, int slot)
    {
        if (slot > 0)
        {
            RecallAll(lease => lease.Slot == slot && lease.Client == client);
        }
    }

    /// <summary>Counts what was handed out meanwhile as received.</summary>
    private void NoteAll()
    {
        foreach (var lease in _leases)
        {
            Receive(lease, lease.Note());
        }
    }

    private void RecallAll(Predicate<QueueLease> which)
    {
        for (var place = _leases.Count - 1; place >= 0; place--)
        {
            var lease = _leases[place];
            if (which(lease))
            {
                _leases.RemoveAt(place);
                var rest = lease.Recall(out var taken);
                Receive(lease, taken);
                foreach (var item in rest)
                {
                    _items.PutBack(item);
                }
            }
        }
    }

    private void Receive(QueueLease lease, ReadOnlySpan<QueueItem> taken)
    {
        foreach (var item in taken)
        {
            _received.Add(lease.Call, item);
        }
    }

    /// <summary>Somebody waits while others have items: if they stand still with them, they lose them.</summary>
    private void RecallSoon()
    {
        if (_receivers.Count > 0 && _leases.Count > 0 && !_recallIsDue)
        {
            _recallIsDue = true;
            _recall ??= Background.Timer("leases", RecallNow);
            _recall.Set(s_look);
        }
    }

    private void RecallNow() => Hub.Run(() =>
    {
        _recallIsDue = false;
        if (_receivers.Count > 0)
        {
            RecallStanding();
            Pump();
        }
    });

    private void RecallStanding() => RecallAll(static lease => lease.Left == 0 || lease.Stands >= s_recallAfter);
}
