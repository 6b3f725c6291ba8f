using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

// Which items go to whom.
internal sealed partial class QueueObject
{
    // An answer with more bytes than this is cut short, so that it fits into one frame: the next request gets the rest.
    private const int MaxAnswerBytes = 56 * 1024;

    // What an item takes in an answer beside its own bytes.
    private const int ItemOverhead = 32;

    /// <summary>Serves who waits, the longest first. Who passes all that is there waits on, at its place.</summary>
    private void Serve()
    {
        Stack<HubCall>? waitOn = null;
        while (_items.Count > 0 && _receivers.Take() is { } receiver)
        {
            if (!Deliver(receiver, (Wanted)receiver.State!))
            {
                (waitOn ??= new()).Push(receiver);
            }
        }

        while (waitOn is not null && waitOn.TryPop(out var receiver))
        {
            _receivers.AddFirst(receiver);
        }
    }

    /// <summary>Answers with what is there; false where there is nothing for this receiver.</summary>
    private bool Deliver(HubCall call, Wanted wanted)
    {
        if (Next(wanted) is not { } item)
        {
            return false;
        }

        var most = GivesAhead ? wanted.Most : 1;
        var leased = wanted.Slot > 0 ? new List<QueueItem>(Math.Min(most, _items.Count + 1)) : null;
        var answer = Hub.Reply(call).Byte((byte)ReceiveOutcome.Items).Flag(_acknowledge);
        var bytes = 0;
        while (true)
        {
            item.Write(answer);
            bytes += item.Value.Bytes.Length + ItemOverhead;
            if (leased is null)
            {
                _received.Add(call, item);
            }
            else
            {
                leased.Add(item);
            }

            if (--most == 0 || bytes >= MaxAnswerBytes || Next(wanted) is not { } next)
            {
                break;
            }

            item = next;
        }

        if (leased is not null)
        {
            call.Client.Leases!.Grant(wanted.Slot, leased.Count);
            _leases.Add(new QueueLease(call, wanted.Slot, [.. leased]));
        }

        Hub.Answer(call);
        return true;
    }

    /// <summary>Takes the next item that a receiver does not pass; null where there is none.</summary>
    private QueueItem? Next(Wanted wanted, bool staysThere = false)
    {
        if (wanted.Passed is null && !staysThere)
        {
            return _items.Count > 0 ? _items.Take() : null;
        }

        QueueItem? found = null;
        var before = new Stack<QueueItem>();
        while (found is null && _items.Count > 0)
        {
            var item = _items.Take();
            found = wanted.Passed?.Contains(item.Number) == true ? null : item;
            if (found is null || staysThere)
            {
                before.Push(item);
            }
        }

        // The last one first: so each has its old place.
        while (before.TryPop(out var item))
        {
            _items.PutBack(item);
        }

        return found;
    }

    private bool IsThere(Wanted wanted) => _items.Count > 0 && Next(wanted, staysThere: true) is not null;

    /// <summary>What a receiver asks for.</summary>
    /// <param name="Most">How many items at the most.</param>
    /// <param name="Slot">The word that they are leased with, or 0.</param>
    /// <param name="Passed">The numbers of those that it has had and can't read: they are others'.</param>
    private readonly record struct Wanted(int Most, int Slot, HashSet<long>? Passed)
    {
        internal static Wanted Read(ref PayloadReader arguments, HubClient client)
        {
            var most = Math.Max(1, arguments.Int32());
            var slot = arguments.AtEnd ? 0 : arguments.Int32();
            HashSet<long>? passed = null;
            while (!arguments.AtEnd)
            {
                (passed ??= []).Add(arguments.Int64());
            }

            return new Wanted(most, slot >= LeasePage.Words || client.Leases is null ? 0 : Math.Max(0, slot), passed);
        }
    }
}
