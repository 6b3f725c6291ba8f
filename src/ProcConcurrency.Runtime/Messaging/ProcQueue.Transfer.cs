using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

// What goes to the hub and comes back: several items a request.
public sealed partial class ProcQueue
{
    private static readonly LateAnswer s_lateWait = new(static answer => answer.Flag(false), static _ => { });
    private static readonly LateAnswer s_lateSend = new(static answer => answer.Int32(0), static _ => { });
    private static readonly Action<PayloadWriter> s_nothing = static answer => answer.Byte((byte)ReceiveOutcome.Nothing);

    // Whether what is received comes back where it is not completed; known from the first item on.
    private volatile bool _comesBack;

    /// <summary>Sends items, each as if it came alone.</summary>
    /// <returns>How many went in, the first ones, and whether the caller was stopped before the others did.</returns>
    internal (int Sent, bool IsStopped) Send(ReadOnlySpan<NewItem> items, TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        var request = BeginSend(limit).Int32(items.Length);
        foreach (var (value, priority) in items)
        {
            request.Value(value).Int64(BitConverter.DoubleToInt64Bits(priority));
        }

        var reply = Call(request, limit, s_lateSend);
        var sent = reply.Read().Int32();
        return (sent, reply.IsStopped && sent < items.Length);
    }

    /// <summary>Receives some items, at least one where there is one in time.</summary>
    /// <param name="most">How many at the most.</param>
    /// <param name="limit">How long to wait for the first.</param>
    /// <param name="items">Gets them.</param>
    /// <param name="reply">Where their bytes are: to be recycled once all are decoded or given back.</param>
    /// <param name="slot">
    /// The reader's word, where what it gets is leased to it; else 0, and all is received at once. Set to 0 where the answer may come
    /// later still: then it is no longer the reader's.
    /// </param>
    /// <param name="passed">The numbers of items to leave there, as the reader can't read them; null for none.</param>
    internal ReceiveOutcome Receive(int most, WaitLimit limit, List<QueueItem> items, out HubReply reply, ref int slot, List<long>? passed = null)
    {
        items.Clear();
        var asked = slot;
        var request = Request(HubOperation.Receive, limit.Flags).Int32(most).Int32(asked);
        foreach (var number in passed ?? [])
        {
            request.Int64(number);
        }

        slot = 0;
        try
        {
            reply = Call(request, limit, new LateAnswer(s_nothing, late => GiveBack(late, asked), () => Withdrawn(asked), () => Return(asked)));
            slot = reply.IsOutcome ? 0 : asked;
        }
        catch (Exception error) when (error is ArgumentException or (InvalidOperationException and not ObjectDisposedException))
        {
            slot = asked;
            throw;
        }

        var reader = reply.Read();
        var outcome = ReadOutcome(ref reader);
        while (!reader.AtEnd)
        {
            items.Add(QueueItem.Read(ref reader));
        }

        if (reply.IsStopped && outcome != ReceiveOutcome.Over)
        {
            if (slot == 0)
            {
                GiveBack(items.ToArray());
            }
            else if (items.Count > 0)
            {
                Settle(slot, waits: true);
            }

            items.Clear();
            reply.Recycle();
            throw HubEnvironment.StopError();
        }

        return outcome;
    }

    /// <summary>As above, and nothing is leased.</summary>
    internal ReceiveOutcome Receive(int most, WaitLimit limit, List<QueueItem> items, out HubReply reply)
    {
        var slot = 0;
        return Receive(most, limit, items, out reply, ref slot);
    }

    private void Return(int slot)
    {
        if (slot > 0)
        {
            Port.Leases.Return(slot);
        }
    }

    /// <summary>The hub never gets the request, and with it that the last lease is over: it has to know before the word is another's.</summary>
    private void Withdrawn(int slot)
    {
        if (slot > 0)
        {
            Settle(slot, waits: false);
            Return(slot);
        }
    }

    /// <summary>Gives back what came after its caller had left, and the word that it was leased with.</summary>
    private void GiveBack(HubReply late, int slot)
    {
        if (slot > 0)
        {
            try
            {
                Settle(slot, waits: true);
            }
            finally
            {
                // A queue that is gone has taken back what was leased.
                Return(slot);
            }

            return;
        }

        var reader = late.Read();
        _ = ReadOutcome(ref reader);
        var items = new List<QueueItem>();
        while (!reader.AtEnd)
        {
            items.Add(QueueItem.Read(ref reader));
        }

        GiveBack(items.ToArray());
    }

    /// <summary>The caller has an item now: where it comes back, the end of the caller is to be told.</summary>
    internal void NoteReceived()
    {
        if (_comesBack)
        {
            CallerHoldings.Entered(this);
        }
    }

    private ReceiveOutcome ReadOutcome(ref PayloadReader answer)
    {
        var outcome = (ReceiveOutcome)answer.Byte();
        if (outcome == ReceiveOutcome.Items)
        {
            _comesBack = answer.Flag();
        }

        return outcome;
    }

    /// <summary>Gives back what was received and not used.</summary>
    internal void GiveBack(ReadOnlySpan<QueueItem> items)
    {
        if (items.Length > 0)
        {
            var request = Request(HubOperation.GiveBack).Int32(items.Length);
            foreach (var item in items)
            {
                item.Write(request);
            }

            Call(request);
        }
    }

    /// <summary>Nothing more is handed out of what was fetched with a word: what is left goes back to its place.</summary>
    /// <param name="slot">The word.</param>
    /// <param name="waits">Return when it is there again.</param>
    internal void Settle(int slot, bool waits)
    {
        Port.Leases.Page!.Close(slot);
        var request = Request(HubOperation.Settle).Int32(slot);
        if (waits)
        {
            Call(request);
        }
        else
        {
            Port.Post(request);
        }
    }

    /// <summary>
    /// What a receiver has got nobody can take back. So where the hub's process was stopped, and comes to the request when its caller
    /// has left, the hub has to know it by itself: by the time until which the request holds.
    /// </summary>
    private PayloadWriter BeginSend(WaitLimit limit)
    {
        if (limit.Timeout is not { } timeout || !Port.HubIsNeighbour || timeout > TimeSpan.FromDays(365))
        {
            return Request(HubOperation.Send, limit.Flags);
        }

        return Request(HubOperation.Send, limit.Flags | CallFlags.Until).Int64((DateTime.UtcNow + timeout + (PendingCall.s_grace / 2)).Ticks);
    }

    private bool SendOne(object? item, double priority, TimeSpan? timeout, CancellationToken canceled)
    {
        var stored = HubEnvironment.Codec.EncodeMessage(item);
        var (sent, isStopped) = Send([new NewItem(stored, priority)], timeout, canceled);
        return isStopped ? throw HubEnvironment.StopError() : sent == 1;
    }

    private QueueState Ask()
    {
        var reader = State().Read();
        return new QueueState(reader.Int32(), reader.Int32(), reader.Flag(), (QueueKind)reader.Byte(), reader.Flag(), reader.Int64());
    }

    private readonly record struct QueueState(int Count, int MaxSize, bool IsClosed, QueueKind Kind, bool IsAcknowledged, long Unfinished);
}
