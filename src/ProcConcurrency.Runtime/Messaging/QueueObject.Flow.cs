using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

// Items in and out, and who waits for either.
internal sealed partial class QueueObject
{
    private void Send(HubCall call, ref PayloadReader arguments)
    {
        var sending = new Sending(arguments.Int32());
        for (var i = 0; i < sending.Count; i++)
        {
            sending.Values.Enqueue((arguments.Value(), BitConverter.Int64BitsToDouble(arguments.Int64())));
        }

        if (_closed)
        {
            throw new HubFaultException(HubFault.QueueClosed, $"{Title} was closed; nothing more can be sent to it.");
        }

        Admit(sending);
        if (sending.Left == 0 || call.NoWait)
        {
            AnswerSent(call, sending);
        }
        else
        {
            call.State = sending;
            _senders.Add(call);
        }

        Pump();
    }

    private void Receive(HubCall call, int most)
    {
        if (_items.Count > 0)
        {
            Deliver(call, most);
            Pump();
        }
        else if (IsOver)
        {
            Hub.Reply(call).Byte((byte)ReceiveOutcome.Over);
            Hub.Answer(call);
        }
        else if (call.NoWait)
        {
            Hub.Reply(call).Byte((byte)ReceiveOutcome.Nothing);
            Hub.Answer(call);
        }
        else
        {
            call.State = most;
            _receivers.Add(call);
        }
    }

    /// <summary>A receiver took more than it handed on: the last of them go back, as if they had never left.</summary>
    private void GiveBack(HubCall call, ref PayloadReader arguments)
    {
        var returned = new List<QueueItem>();
        for (var count = arguments.Int32(); count > 0; count--)
        {
            var value = arguments.Value();
            Hub.Keep(value.Objects);
            returned.Add(new QueueItem(value, 0, 0, arguments.Flag()));
        }

        if (_outstanding.TryGetValue(call.Client, out var items))
        {
            // These are here already, with their numbers.
            var kept = items.Take(Math.Max(0, items.Count - returned.Count)).ToList();
            returned.ForEach(item => Hub.Unkeep(item.Value.Objects));
            returned = [.. items.Skip(kept.Count)];
            items.Clear();
            kept.ForEach(items.Enqueue);
        }
        else if (_taken.TryGetValue(call.Client, out var taken))
        {
            _taken[call.Client] = Math.Max(0, taken - returned.Count);
        }

        for (var i = returned.Count - 1; i >= 0; i--)
        {
            _items.PutBack(returned[i]);
        }

        AnswerFlag(call, true);
        Pump();
    }

    /// <summary>Lets in who waits, while there is room, and serves who waits, while there are items, until neither can be done.</summary>
    private void Pump()
    {
        bool moved;
        do
        {
            moved = false;
            while (_items.Count > 0 && _receivers.Take() is { } receiver)
            {
                Deliver(receiver, (int)receiver.State!);
                moved = true;
            }

            while (_items.Count < _most && _senders.Take() is { } sender)
            {
                var sending = (Sending)sender.State!;
                Admit(sending);
                if (sending.Left == 0)
                {
                    AnswerSent(sender, sending);
                }
                else
                {
                    _senders.AddFirst(sender);
                }

                moved = true;
            }
        }
        while (moved && _items.Count > 0 && _receivers.Count > 0);

        while (IsOver && _receivers.Take() is { } receiver)
        {
            Hub.Reply(receiver).Byte((byte)ReceiveOutcome.Over);
            Hub.Answer(receiver);
        }
    }

    private void Admit(Sending sending)
    {
        while (_items.Count < _most && sending.Values.TryDequeue(out var next))
        {
            Hub.Keep(next.Value.Objects);
            _items.Add(new QueueItem(next.Value, next.Priority, ++_lastNumber, IsRedelivered: false));
            _unfinished++;
        }
    }

    private void Deliver(HubCall call, int most)
    {
        // What is given back has no priority any more, so nobody takes more of a priority queue than it hands on at once.
        most = _kind == QueueKind.Priority ? 1 : most;
        var taken = new List<QueueItem>();
        var bytes = 0;
        while (taken.Count < most && _items.Count > 0 && bytes < MaxAnswerBytes)
        {
            var item = _items.Take();
            bytes += item.Value.Bytes.Length;
            taken.Add(item);
        }

        var answer = Hub.Reply(call).Byte((byte)ReceiveOutcome.Items).Int32(taken.Count);
        foreach (var item in taken)
        {
            answer.Value(item.Value).Flag(item.IsRedelivered);
        }

        Hub.Answer(call);
        Note(call.Client, taken);
    }

    /// <summary>Remembers who has them: to get them back, or to count them out with it.</summary>
    private void Note(HubClient client, List<QueueItem> taken)
    {
        if (!_acknowledge)
        {
            _taken[client] = _taken.GetValueOrDefault(client) + taken.Count;
            taken.ForEach(item => Hub.Unkeep(item.Value.Objects));
            return;
        }

        if (!_outstanding.TryGetValue(client, out var outstanding))
        {
            _outstanding.Add(client, outstanding = new Queue<QueueItem>());
        }

        taken.ForEach(outstanding.Enqueue);
    }

    private void AnswerSent(HubCall call, Sending sending)
    {
        Hub.Reply(call).Int32(sending.Count - sending.Left);
        Hub.Answer(call);
    }

    /// <summary>The items of one request that are still to go in.</summary>
    private sealed class Sending(int count)
    {
        internal int Count => count;

        internal Queue<(StoredValue Value, double Priority)> Values { get; } = new(Math.Clamp(count, 0, 4096));

        internal int Left => Values.Count;
    }
}

/// <summary>What a receiver is told. A byte on the wire.</summary>
internal enum ReceiveOutcome : byte
{
    /// <summary>Nothing in time.</summary>
    Nothing = 0,

    /// <summary>Items follow.</summary>
    Items = 1,

    /// <summary>The queue was closed and is empty: nothing will come.</summary>
    Over = 2,
}
