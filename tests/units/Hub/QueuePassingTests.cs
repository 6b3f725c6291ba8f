using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Items that a receiver has had and can't read: they are there for others, and it gets what else is there.</summary>
public sealed class QueuePassingTests
{
    private readonly Hub _hub = new(HubKinds.Create);
    private readonly LocalHubPort _port;

    public QueuePassingTests() => _port = new LocalHubPort(_hub, 1, "a");

    [Theory]
    [InlineData(QueueKind.Fifo, false, "1 2 4 5")]
    [InlineData(QueueKind.Fifo, true, "1 2 4 5")]
    [InlineData(QueueKind.Lifo, false, "5 4 2 1")]
    [InlineData(QueueKind.Priority, true, "4 1 5 2")]
    public void They_keep_their_place(QueueKind kind, bool acknowledge, string others)
    {
        var all = Fill(kind, acknowledge);
        var order = Drain(all);
        var queue = Fill(kind, acknowledge);
        Assert.Equal(others, Drain(queue, 3));
        Assert.Equal((1, 5L), (queue.Count, queue.UnfinishedCount));
        Assert.Equal("3", Drain(queue));

        // One look at what is there moves nothing.
        queue = Fill(kind, acknowledge);
        queue.Close();
        Assert.Equal(ReceiveOutcome.Over, Receive(queue, [1, 2, 3, 4, 5], out _));
        Assert.Equal(order, Drain(queue));
    }

    [Fact]
    public void Who_waits_for_others_stands_in_nobodys_way_and_gets_the_next()
    {
        var queue = ProcQueue.Create(_port);
        var first = new FakeProcess(_hub, 2);
        var second = new FakeProcess(_hub, 3);
        queue.Send([new(new StoredValue(7), 0.0)], null, CancellationToken.None);
        first.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0).Int64(1));
        Assert.Empty(first.Take());
        second.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0));
        Assert.Equal(7, Item(second));
        second.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0).Int64(1));
        queue.Send([new(new StoredValue(8), 0.0), new(new StoredValue(9), 0.0)], null, CancellationToken.None);
        Assert.Equal((8, 9), (Item(first), Item(second)));

        first.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0).Int64(4));
        queue.Send([new(new StoredValue(10), 0.0)], null, CancellationToken.None);
        Assert.Empty(first.Take());
        queue.Close();
        Assert.Equal((byte)ReceiveOutcome.Over, first.Take().Single().Reader().Byte());
        Assert.Equal(1, queue.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_passes_all_of_a_full_queue_is_told(bool acknowledge)
    {
        var queue = ProcQueue.Create(_port, maxSize: 1, acknowledge: acknowledge);
        var first = new FakeProcess(_hub, 2);
        var second = new FakeProcess(_hub, 3);
        queue.Send([new(new StoredValue(7), 0.0)], null, CancellationToken.None);
        Assert.Equal(ReceiveOutcome.Nothing, Receive(queue, [1], out _));
        first.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0).Int64(1));
        Assert.Equal(ReceiveOutcome.Stuck, Outcome(first));

        // Also who waits already, when what it passes comes back.
        second.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0));
        Assert.Equal(7, Item(second));
        first.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0).Int64(1));
        Assert.Empty(first.Take());
        second.Send(HubOperation.GiveBack, queue.Id, static writer => new QueueItem(new StoredValue(7), 0, 1, false).Write(writer.Int32(1)));
        _ = second.Take();
        Assert.Equal(ReceiveOutcome.Stuck, Outcome(first));

        // Not where there is room.
        Assert.Equal("7", Drain(queue));
        first.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0).Int64(1));
        queue.Send([new(new StoredValue(8), 0.0)], null, CancellationToken.None);
        Assert.Equal(8, Item(first));
    }

    [Fact]
    public void Who_passes_all_of_a_full_queue_waits_for_what_another_has_not_completed()
    {
        var queue = ProcQueue.Create(_port, maxSize: 1, acknowledge: true);
        var holder = new FakeProcess(_hub, 2);
        var receiver = new FakeProcess(_hub, 3);
        queue.Send([new(new StoredValue(7), 0.0)], null, CancellationToken.None);
        holder.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0));
        Assert.Equal(7, Item(holder));
        queue.Send([new(new StoredValue(8), 0.0)], null, CancellationToken.None);
        receiver.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1).Int32(0).Int64(2));
        Assert.Empty(receiver.Take());
        holder.Die(-9);
        Assert.Equal(7, Item(receiver));
    }

    private static ReceiveOutcome Outcome(FakeProcess process) => (ReceiveOutcome)process.Take().Single().Reader().Byte();

    private static long Item(FakeProcess process)
    {
        var answer = process.Take().Single().Reader();
        Assert.Equal((byte)ReceiveOutcome.Items, answer.Byte());
        _ = answer.Flag();
        return QueueItem.Read(ref answer).Value.Bits;
    }

    private static ReceiveOutcome Receive(ProcQueue queue, List<long>? passed, out List<QueueItem> items)
    {
        var slot = 0;
        items = [];
        return queue.Receive(10, new WaitLimit(TimeSpan.Zero, default), items, out _, ref slot, passed);
    }

    private static string Drain(ProcQueue queue, params long[] passed)
    {
        var got = new List<long>();
        while (Receive(queue, passed.Length == 0 ? null : [.. passed], out var items) == ReceiveOutcome.Items)
        {
            got.AddRange(items.Select(static item => item.Value.Bits));
        }

        return string.Join(' ', got);
    }

    private ProcQueue Fill(QueueKind kind, bool acknowledge)
    {
        var queue = ProcQueue.Create(_port, kind, acknowledge: acknowledge);
        queue.Send([.. Enumerable.Range(1, 5).Select(static number => new NewItem(new StoredValue(number), (double)(number % 4)))], null, CancellationToken.None);
        return queue;
    }
}
