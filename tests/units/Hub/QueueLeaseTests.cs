using CsCheck;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>What readers fetch ahead: handed out once at the most, and never lost with a reader that had not handed it out.</summary>
public sealed class QueueLeaseTests
{
    private const int Readers = 3;
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);
    private readonly Hub _hub = new(HubKinds.Create);

    [Fact]
    public void What_is_fetched_ahead_is_handed_out_once_or_still_there() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, Readers - 1], Gen.Int[1, 6]).Array[1, 100].Sample(steps => new Run().Do(steps), iter: 1000, threads: 1);

    [Fact]
    public void Who_waits_gets_what_another_reader_only_keeps()
    {
        var (queue, keeper) = Kept(6);
        List<QueueItem> items = [];
        Assert.Equal(ReceiveOutcome.Items, queue.Receive(10, new WaitLimit(TimeSpan.FromSeconds(30), default), items, out _));
        Assert.Equal([2L, 3, 4, 5, 6], items.Select(static item => item.Value.Bits));
        Assert.Equal(0, keeper.Take());
        Assert.Equal(6, queue.UnfinishedCount);
    }

    [Fact]
    public void Who_asks_again_and_again_gets_it_too()
    {
        var (queue, keeper) = Kept(3);
        List<QueueItem> items = [];
        Assert.True(SpinWait.SpinUntil(() => queue.Receive(10, new WaitLimit(TimeSpan.Zero, default), items, out _) == ReceiveOutcome.Items, s_long));
        Assert.Equal([2L, 3], items.Select(static item => item.Value.Bits));
        Assert.Equal(0, keeper.Take());
    }

    [Fact]
    public void What_was_handed_out_and_given_back_counts_once()
    {
        var hub = new Hub(HubKinds.Create);
        var port = new LocalHubPort(hub, 1, "a");
        var queue = ProcQueue.Create(port);
        queue.Send([new(new StoredValue(1), 0.0), new(new StoredValue(2), 0.0)], null, CancellationToken.None);
        var reader = new Reader(hub, 2, queue.Id);
        reader.Fetch(2);
        Assert.Equal(1, reader.Take());
        reader.GiveBackFirst();
        Assert.Equal(2, queue.UnfinishedCount);
        reader.Settle();
        Assert.Equal(2, queue.UnfinishedCount);
        List<QueueItem> items = [];
        Assert.Equal(ReceiveOutcome.Items, queue.Receive(10, new WaitLimit(TimeSpan.Zero, default), items, out _));
        Assert.Equal([1L, 2], items.Select(static item => item.Value.Bits));
        queue.Complete(2);
        Assert.True(queue.Wait(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public void What_a_caller_had_not_completed_comes_back_when_it_ends_and_nothing_of_another()
    {
        var hub = new Hub(HubKinds.Create);
        var port = new LocalHubPort(hub, 1, "a");
        var queue = ProcQueue.Create(port, acknowledge: true);
        queue.Send([.. Enumerable.Range(1, 4).Select(static number => new NewItem(new StoredValue(number), 0.0))], null, CancellationToken.None);
        var worker = new FakeProcess(hub, 2);
        foreach (var caller in (int[])[7, 8, 7, 7])
        {
            worker.Send(HubOperation.Receive, queue.Id, static writer => writer.Int32(1), CallFlags.NoWait, caller);
        }

        worker.Send(HubOperation.Complete, queue.Id, static writer => writer.Int32(1), caller: 7);
        worker.Take();
        worker.Send(HubOperation.EndCaller, 0, caller: 7);
        var told = worker.Take().Single().Reader();
        Assert.Equal(1, told.Int32());
        Assert.StartsWith("2 items of the queue 1 were", told.Text(), StringComparison.Ordinal);

        List<QueueItem> items = [];
        foreach (var number in (int[])[3, 4])
        {
            Assert.Equal(ReceiveOutcome.Items, queue.Receive(1, new WaitLimit(TimeSpan.Zero, default), items, out _));
            Assert.Equal((number, true), (items[0].Value.Bits, items[0].IsRedelivered));
        }

        Assert.Equal(ReceiveOutcome.Nothing, queue.Receive(1, new WaitLimit(TimeSpan.Zero, default), items, out _));
        worker.Send(HubOperation.EndCaller, 0, caller: 7);
        Assert.Equal(0, worker.Take().Single().Reader().Int32());
        Assert.Equal(3, queue.UnfinishedCount);
    }

    [Fact]
    public void A_word_is_free_for_another_queue_when_the_hub_knows_that_its_lease_is_over()
    {
        var remote = new StoppableHub(_hub, 2);
        var (queue, other) = (ProcQueue.Create(remote.Port), ProcQueue.Create(remote.Port));
        List<QueueItem> items = [];
        var slot = remote.Port.Leases.Rent(WaitLimit.None);
        queue.Send([new(new StoredValue(1), 0), new(new StoredValue(2), 0)], null, CancellationToken.None);
        Assert.Equal(ReceiveOutcome.Items, queue.Receive(2, WaitLimit.None, items, out _, ref slot));
        Assert.True(remote.Port.Leases.Page!.TryTake(slot));
        Assert.True(remote.Port.Leases.Page!.TryTake(slot));

        var word = slot;
        remote.Stop(canWithdraw: true);
        Assert.Equal(ReceiveOutcome.Nothing, queue.Receive(2, new WaitLimit(TimeSpan.FromMilliseconds(20), default), items, out _, ref slot));
        remote.Continue();
        slot = remote.Port.Leases.Rent(WaitLimit.None);
        Assert.Equal(word, slot);
        other.Send([new(new StoredValue(3), 0)], null, CancellationToken.None);
        Assert.Equal(ReceiveOutcome.Items, other.Receive(2, WaitLimit.None, items, out _, ref slot));
        Assert.Equal((0, 1), (queue.Count, other.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_word_is_free_again_though_its_reader_does_not_hear_that_the_queue_is_gone(bool hasLeft)
    {
        var remote = new StoppableHub(_hub, 2);
        var queue = ProcQueue.Create(remote.Port);
        var slot = remote.Port.Leases.Rent(WaitLimit.None);
        var word = slot;
        while (remote.Port.Leases.Rent(WaitLimit.None) > 0)
        {
        }

        remote.Stop();
        var reading = Task.Factory.StartNew(
            () => Assert.Throws<OperationCanceledException>(() => queue.Receive(2, new WaitLimit(null, new CancellationToken(canceled: true)), [], out _, ref slot)),
            TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => hasLeft ? reading.IsCompleted : remote.Held.Count == 2, s_long));
        new FakeProcess(_hub, 3).Send(HubOperation.Remove, queue.Id);
        remote.Continue();
        reading.Wait(TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => remote.Port.Leases.Rent(WaitLimit.None) == word, s_long));
    }

    /// <summary>A queue of so many items, and a reader that has fetched all of them and handed out the first.</summary>
    private static (ProcQueue Queue, Reader Keeper) Kept(int count)
    {
        var hub = new Hub(HubKinds.Create);
        var queue = ProcQueue.Create(new LocalHubPort(hub, 1, "a"));
        queue.Send([.. Enumerable.Range(1, count).Select(static number => new NewItem(new StoredValue(number), 0.0))], null, CancellationToken.None);
        var keeper = new Reader(hub, 2, queue.Id);
        keeper.Fetch(count);
        Assert.Equal(1, keeper.Take());
        return (queue, keeper);
    }

    private sealed class Run
    {
        private readonly Hub _hub = new(HubKinds.Create);
        private readonly FakeProcess _owner;
        private readonly long _queue;
        private readonly Reader[] _readers = new Reader[Readers];
        private readonly List<long> _handedOut = [];
        private int _sent;
        private int _lastNumber = 10;

        internal Run()
        {
            _owner = new FakeProcess(_hub, 1);
            _queue = _owner.Create(HubObjectKind.Queue, static writer => writer.Byte((byte)QueueKind.Fifo).Int32(0).Flag(false));
            for (var i = 0; i < Readers; i++)
            {
                _readers[i] = new Reader(_hub, ++_lastNumber, _queue);
            }
        }

        internal void Do((int What, int Who, int Count)[] steps)
        {
            foreach (var (what, who, count) in steps)
            {
                var reader = _readers[who];
                switch (what)
                {
                    case 0:
                        Send(count);
                        break;
                    case 1:
                        reader.Fetch(count);
                        break;
                    case 2:
                        reader.Settle();
                        break;
                    case 3 when count == 1:
                        reader.Process.Die(-9);
                        _readers[who] = new Reader(_hub, ++_lastNumber, _queue);
                        break;
                    default:
                        for (var i = 0; i < count && reader.Take() is > 0 and var item; i++)
                        {
                            _handedOut.Add(item);
                        }

                        break;
                }
            }

            foreach (var reader in _readers)
            {
                reader.Process.Die(0);
            }

            var last = new Reader(_hub, ++_lastNumber, _queue);
            var left = new List<long>();
            do
            {
                last.Fetch(100);
                while (last.Take() is > 0 and var item)
                {
                    left.Add(item);
                }
            }
            while (_handedOut.Count + left.Count < _sent && last.HadSome);

            last.Process.Die(0);
            Assert.Equal(left.Order(), left);
            Assert.Equal(Enumerable.Range(1, _sent).Select(static number => (long)number), _handedOut.Concat(left).Order());
        }

        private void Send(int count)
        {
            _owner.Send(HubOperation.Send, _queue, writer =>
            {
                writer.Int32(count);
                for (var i = 0; i < count; i++)
                {
                    writer.Value(new StoredValue(++_sent)).Int64(0);
                }
            });
        }
    }

    /// <summary>A process with one reader.</summary>
    private sealed class Reader
    {
        private const int Slot = 5;
        private readonly Queue<long> _items = new();
        private QueueItem? _first;
        private readonly LeasePage _page;
        private readonly long _queue;

        internal Reader(Hub hub, int number, long queue)
        {
            _queue = queue;
            Process = new FakeProcess(hub, number);
            Process.Send(HubOperation.LeaseMemory, 0);
            _page = Process.Client.Leases!;
        }

        internal FakeProcess Process { get; }

        internal bool HadSome { get; private set; }

        internal void Fetch(int most)
        {
            _items.Clear();
            Process.Take();
            Process.Send(HubOperation.Receive, _queue, writer => writer.Int32(most).Int32(Slot), CallFlags.NoWait);
            var answer = Process.Take()[^1].Reader();
            HadSome = (ReceiveOutcome)answer.Byte() == ReceiveOutcome.Items;
            Assert.False(HadSome && answer.Flag());
            while (!answer.AtEnd)
            {
                var item = QueueItem.Read(ref answer);
                _first = _items.Count == 0 ? item : _first;
                _items.Enqueue(item.Value.Bits);
            }
        }

        /// <summary>As one that can't read the first item that it last fetched.</summary>
        internal void GiveBackFirst() => Process.Send(HubOperation.GiveBack, _queue, writer => _first!.Write(writer.Int32(1)));

        internal void Settle() => Process.Send(HubOperation.Settle, _queue, static writer => writer.Int32(Slot));

        /// <summary>The next item; 0 where none is left, or it is no longer this reader's.</summary>
        internal long Take() => _items.Count > 0 && _page.TryTake(Slot) ? _items.Dequeue() : 0;
    }
}
