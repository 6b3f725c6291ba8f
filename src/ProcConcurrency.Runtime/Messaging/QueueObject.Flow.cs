using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

// Items in and out, and who waits for either.
internal sealed partial class QueueObject
{
    /// <summary>Nothing of a queue that gives its items out ahead could be exact: what is most urgent, what is last, who is at what.</summary>
    private bool GivesAhead => _kind == QueueKind.Fifo && !_acknowledge;

    private void Send(HubCall call, ref PayloadReader arguments)
    {
        if (_closed)
        {
            throw new HubFaultException(HubFault.QueueClosed, $"{Title} was closed; nothing more can be sent to it.");
        }

        var isTooLate = call.IsTooLate;
        var sending = new Sending(arguments.Int32());
        for (var i = 0; i < sending.Count; i++)
        {
            var value = arguments.SpareValue();
            var priority = BitConverter.Int64BitsToDouble(arguments.Int64());
            if (isTooLate)
            {
                value.Recycle();
            }
            else if (_items.Count < _most)
            {
                Admit(value, priority);
            }
            else
            {
                (sending.Waiting ??= new()).Enqueue(new NewItem(value, priority));
            }
        }

        if (isTooLate)
        {
            Hub.Reply(call).Int32(0);
            Hub.Answer(call);
            return;
        }

        if (sending.Left == 0)
        {
            AnswerSent(call, sending);
        }
        else
        {
            call.State = sending;
            _senders.Add(call);
        }

        Pump();
        if (call.NoWait && _senders.Remove(call))
        {
            AnswerSent(call, sending);
        }
    }

    private void Receive(HubCall call, ref PayloadReader arguments)
    {
        var wanted = Wanted.Read(ref arguments, call.Client);
        Settle(call.Client, wanted.Slot);
        if (_closed)
        {
            NoteAll();
        }

        if (Deliver(call, wanted))
        {
            Pump();
        }
        else if (EndOf(call.Client, wanted) is { } end && (end == ReceiveOutcome.Over || !call.NoWait))
        {
            Answer(call, (byte)end);
        }
        else if (call.NoWait)
        {
            // Who asks again and again is to have, as who waits, what another only keeps.
            if (_leases.Count > 0)
            {
                RecallStanding();
                Pump();
            }

            if (Deliver(call, wanted))
            {
                Pump();
            }
            else
            {
                Answer(call, (byte)ReceiveOutcome.Nothing);
            }
        }
        else
        {
            call.State = wanted;
            _receivers.Add(call);
            RecallSoon();
        }
    }

    /// <summary>A receiver took more than it handed on: that goes back, as if it had never left.</summary>
    private void GiveBack(HubCall call, ref PayloadReader arguments)
    {
        var returned = new Stack<QueueItem>();
        for (var count = arguments.Int32(); count > 0; count--)
        {
            returned.Push(QueueItem.ReadSpare(ref arguments));
        }

        // What comes back may have been handed out of a lease since that was last looked at: an item has to be counted before it is discounted.
        NoteAll();
        foreach (var item in returned)
        {
            if (_received.Return(call.Client, item) is { } back)
            {
                _items.PutBack(back);
            }
        }

        Answer(call, true);
        Pump();
    }

    /// <summary>Lets in who waits, while there is room, and serves who waits, while there are items, until neither can be done.</summary>
    private void Pump()
    {
        bool cameIn;
        do
        {
            Serve();
            cameIn = false;
            while (_items.Count < _most && _senders.Take() is { } sender)
            {
                var sending = (Sending)sender.State!;
                if (sender.IsTooLate)
                {
                    // It was told that there is no room: nothing of it may come in after that.
                    AnswerSent(sender, sending);
                    continue;
                }

                cameIn = true;
                while (_items.Count < _most && sending.Waiting!.TryDequeue(out var next))
                {
                    Admit(next.Value, next.Priority);
                }

                if (sending.Left > 0)
                {
                    _senders.AddFirst(sender);
                }
                else
                {
                    AnswerSent(sender, sending);
                }
            }
        }
        while (cameIn && _items.Count > 0 && _receivers.Count > 0);

        EndReceivers();
        RecallSoon();
        while (_joining.Count > 0 && Unfinished == 0 && _joining.Take() is { } joining)
        {
            Answer(joining, true);
        }
    }

    /// <summary>Tells those for whom nothing will come any more that they wait in vain.</summary>
    private void EndReceivers()
    {
        if (_receivers.Count == 0 || !CanEnd)
        {
            return;
        }

        NoteAll();

        for (var left = _receivers.Count; left > 0; left--)
        {
            var receiver = _receivers.Take()!;
            if (EndOf(receiver.Client, (Wanted)receiver.State!) is { } end)
            {
                Answer(receiver, (byte)end);
            }
            else
            {
                _receivers.Add(receiver);
            }
        }
    }

    /// <summary>Nothing new comes in: not ever, or not before somebody receives something.</summary>
    private bool CanEnd => _closed || _items.Count >= _most;

    /// <summary>What a receiver is told that would wait in vain; null where something may still come, or come back, for it.</summary>
    private ReceiveOutcome? EndOf(HubClient client, Wanted wanted)
    {
        if (!CanEnd || IsThere(wanted) || !_leases.TrueForAll(static lease => lease.Left == 0))
        {
            return null;
        }

        // What others hold may come back, where they end.
        return !_received.Holders.All(holder => holder == client) ? null : _closed ? ReceiveOutcome.Over : ReceiveOutcome.Stuck;
    }

    private void Admit(StoredValue value, double priority)
    {
        Hub.AddReferences(value.Objects);
        _items.Add(new QueueItem(value, priority, ++_lastNumber, IsRedelivered: false));
        if (!GivesAhead)
        {
            // As if it had come alone: who waits gets it, before a later one that would be next.
            Serve();
        }
    }

    private void AnswerSent(HubCall call, Sending sending)
    {
        Hub.Reply(call).Int32(sending.Count - sending.Left);
        Hub.Answer(call);
    }

    /// <summary>A request's items, of which some are still to go in.</summary>
    private sealed class Sending(int count)
    {
        internal int Count => count;

        internal Queue<NewItem>? Waiting { get; set; }

        internal int Left => Waiting?.Count ?? 0;
    }
}
