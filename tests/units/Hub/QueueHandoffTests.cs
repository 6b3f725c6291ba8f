using System.Collections.Concurrent;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Waits at a queue that run out or are stopped, against items and room that come at the same moment.</summary>
public sealed class QueueHandoffTests
{
    private const int Count = 20_000;
    private readonly LocalHubPort _port = new(new Hub(HubKinds.Create), 1, "a");

    [Theory]
    [InlineData(QueueKind.Fifo, 0, false)]
    [InlineData(QueueKind.Lifo, 5, false)]
    [InlineData(QueueKind.Priority, 5, true)]
    public void Waiters_with_timeouts_lose_nothing_and_get_nothing_twice(QueueKind kind, int most, bool acknowledge)
    {
        var queue = ProcQueue.Create(_port, kind, most, acknowledge);
        var got = new ConcurrentBag<long>();
        var receivers = Start(64, number =>
        {
            List<QueueItem> items = [];
            for (var i = number; queue.Receive(1 + (i % 7), new WaitLimit(TimeSpan.FromMicroseconds(i % 300), default), items, out _) != ReceiveOutcome.Over; i++)
            {
                items.ForEach(item => got.Add(item.Value.Bits));
                if (items.Count > 0)
                {
                    queue.Complete(items.Count);
                }
            }
        });
        for (var i = 0; i < Count; i++)
        {
            while (queue.Send([new(new StoredValue(i), i % 3)], TimeSpan.FromMicroseconds(i % 100), CancellationToken.None).Sent == 0)
            {
            }
        }

        queue.Close();
        receivers.ForEach(static receiver => receiver.Join());
        Assert.Equal(Enumerable.Range(0, Count).Select(static number => (long)number), got.Order());
        Assert.Equal(0, queue.UnfinishedCount);
    }

    [Fact]
    public void Stopped_senders_and_receivers_lose_nothing()
    {
        var queue = ProcQueue.Create(_port, maxSize: 3);
        var sent = new ConcurrentBag<long>();
        var got = new ConcurrentBag<long>();
        var senders = Start(4, number => Repeat(700, stop =>
        {
            var first = Random.Shared.NextInt64() << 8;
            var items = Enumerable.Range(0, 5).Select(i => new NewItem(new StoredValue(first + i), 0)).ToArray();
            var (count, _) = queue.Send(items, null, stop);
            items.Take(count).ToList().ForEach(item => sent.Add(item.Value.Bits));
        }));
        var receivers = Start(4, number => Repeat(int.MaxValue, stop =>
        {
            List<QueueItem> items = [];
            var outcome = queue.Receive(4, new WaitLimit(null, stop), items, out _);
            items.ForEach(item => got.Add(item.Value.Bits));
            return outcome != ReceiveOutcome.Over;
        }));
        senders.ForEach(static sender => sender.Join());
        queue.Close();
        receivers.ForEach(static receiver => receiver.Join());
        Assert.Equal(sent.Order(), got.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Large_items_keep_their_bytes(bool acknowledge)
    {
        var queue = ProcQueue.Create(_port, maxSize: 4, acknowledge: acknowledge);
        var wrong = 0;
        var got = 0;
        var senders = Start(3, number =>
        {
            for (var i = 0; i < 100; i++)
            {
                var bytes = new byte[50_000 + (i * 11_003)];
                Array.Fill(bytes, (byte)(i + number));
                queue.Send([new(new StoredValue(bytes, []), bytes[0])], null, CancellationToken.None);
            }
        });
        var receivers = Start(3, number =>
        {
            List<QueueItem> items = [];
            for (var i = 0; queue.Receive(2, WaitLimit.None, items, out var reply) != ReceiveOutcome.Over; i++)
            {
                if (i % 3 == number)
                {
                    queue.GiveBack(items.ToArray());
                    reply.Recycle();
                    continue;
                }

                Interlocked.Add(ref wrong, items.Count(static item => item.Value.Bytes.Span.IndexOfAnyExcept((byte)item.Priority) >= 0));
                Interlocked.Add(ref got, items.Count);
                reply.Recycle();
                queue.Complete(items.Count);
            }
        });
        senders.ForEach(static sender => sender.Join());
        queue.Close();
        receivers.ForEach(static receiver => receiver.Join());
        Assert.Equal((300, 0), (got, wrong));
    }

    private static List<Thread> Start(int count, Action<int> action)
    {
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() => action(number), 256 * 1024)).ToList();
        threads.ForEach(static thread => thread.Start());
        return threads;
    }

    private static void Repeat(int times, Action<CancellationToken> step) => Repeat(times, stop =>
    {
        step(stop);
        return true;
    });

    private static void Repeat(int times, Func<CancellationToken, bool> step)
    {
        var goesOn = true;
        for (var i = 0; goesOn && i < times; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMicroseconds(30 * (i % 20)));
            try
            {
                goesOn = step(stop.Token);
            }
            catch (OperationCanceledException)
            {
                // It has not got an item, or has given it back.
            }
        }
    }
}
