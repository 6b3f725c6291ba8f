using System.Collections.Concurrent;
using System.Net.Sockets;
using CsCheck;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A pipe's messages over a socket, without the hub.</summary>
public sealed class PipeTests
{
    // Where the messages end that are cut below.
    private static readonly int[] s_ends = [5, 11, 70_016, 70_026];

    [Fact]
    public void Messages_of_any_sizes_arrive_whole_and_in_order() => Gen.Int[0, 200_000].Array[1, 12].Sample(
        static sizes =>
        {
            var (near, far) = PipeFixture.Connect();
            using (near)
            using (far)
            {
                var sending = Task.Run(() => Array.ForEach(sizes, size => near.Send(PipeMessageKind.Bytes, PipeFixture.Pattern(size), PipeFixture.Soon)));
                foreach (var size in sizes)
                {
                    var message = far.Receive(int.MaxValue, bytesOnly: true, PipeFixture.Soon);
                    Assert.True(message!.Payload.AsSpan().SequenceEqual(PipeFixture.Pattern(size)));
                }

                sending.GetAwaiter().GetResult();
                return true;
            }
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void Objects_of_any_sizes_end_where_the_next_begins() => Gen.OneOf(Gen.Int[0, 200], Gen.Int[60_000, 3_000_000]).Array[1, 8].Sample(
        static sizes =>
        {
            var (near, far) = PipeFixture.Connect();
            using (near)
            using (far)
            {
                var sending = Task.Run(() => Array.ForEach(sizes, size => near.Send(PipeMessageKind.Encoded, PipeFixture.Pattern(size), PipeFixture.Soon)));
                var got = sizes.Select(_ => far.Receive(int.MaxValue, bytesOnly: false, PipeFixture.Soon)!.Payload).ToList();
                sending.GetAwaiter().GetResult();
                return got.Zip(sizes).All(static pair => pair.First.AsSpan(0, pair.Second).SequenceEqual(PipeFixture.Pattern(pair.Second)));
            }
        },
        iter: 20,
        threads: 1);

    [Fact]
    public void Who_waits_for_long_is_woken_by_a_message_or_a_stop_and_looks_for_neither()
    {
        var (near, far) = PipeFixture.Connect();
        var (watch, isStopping) = (HubEnvironment.WatchStop, HubEnvironment.IsStopping);
        using var asleep = new SemaphoreSlim(0);
        var looks = new int[2];
        var isStopped = false;
        var wakes = new ConcurrentQueue<Action>();
        PipeMessage? received = null;
        var ends = new Exception?[2];
        var threads = new Thread[2];
        threads[0] = new Thread(() =>
        {
            received = far.Receive(int.MaxValue, bytesOnly: false, WaitLimit.None);
            ends[0] = Record.Exception(() => far.Receive(int.MaxValue, bytesOnly: false, WaitLimit.None));
        });
        threads[1] = new Thread(() => ends[1] = Record.Exception(() => far.Receive(int.MaxValue, bytesOnly: false, WaitLimit.None)));
        try
        {
            HubEnvironment.IsStopping = () =>
            {
                var which = Array.IndexOf(threads, Thread.CurrentThread);
                return which < 0 ? isStopping() : ++looks[which] > 0 && isStopped;
            };
            HubEnvironment.WatchStop = action =>
            {
                if (!threads.Contains(Thread.CurrentThread))
                {
                    return watch(action);
                }

                wakes.Enqueue(action);
                asleep.Release();
                return new MemoryStream();
            };
            using (near)
            using (far)
            {
                foreach (var thread in threads)
                {
                    thread.Start();
                    Assert.True(asleep.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
                }

                Thread.Sleep(500);
                Assert.InRange(looks[0], 0, 3);
                Assert.InRange(looks[1], 0, 2);
                near.Send(PipeMessageKind.Bytes, [42], PipeFixture.Soon);
                Assert.True(SpinWait.SpinUntil(() => received is not null, TimeSpan.FromSeconds(60)));
                Assert.Equal([42], received!.Payload);
                isStopped = true;
                Array.ForEach(wakes.ToArray(), static wake => wake());
                Array.ForEach(threads, static thread => thread.Join());
                Assert.All(ends, static end => Assert.IsType<OperationCanceledException>(end));
            }
        }
        finally
        {
            (HubEnvironment.WatchStop, HubEnvironment.IsStopping) = (watch, isStopping);
        }
    }

    [Fact]
    public void Bytes_cut_anywhere_give_the_messages_and_no_half_of_one()
    {
        var stream = new List<byte>();
        foreach (var size in new[] { 0, 1, 70_000, 5 })
        {
            stream.AddRange([.. BitConverter.GetBytes(size), (byte)PipeMessageKind.Bytes, .. PipeFixture.Pattern(size)]);
        }

        foreach (var cut in new[] { 0, 3, 5, 6, 10, 11, 12, 40_000, 70_016, 70_017, stream.Count - 1, stream.Count })
        {
            var (raw, end) = PipeFixture.ConnectRaw();
            using (end)
            {
                var sending = Task.Run(() =>
                {
                    // In small pieces, that end anywhere.
                    for (var at = 0; at < cut; at += 977)
                    {
                        raw.Send([.. stream.Skip(at).Take(Math.Min(977, cut - at))]);
                    }

                    raw.Dispose();
                });
                var got = new List<int>();
                Assert.Throws<PipeClosedException>(() => PipeFixture.ReceiveAll(end, message => got.Add(message.Payload.Length)));
                sending.GetAwaiter().GetResult();
                Assert.Equal(s_ends.Count(length => length <= cut), got.Count);
            }
        }
    }

    [Fact]
    public void Random_bytes_are_refused_or_are_messages_and_allocate_little() => Gen.Byte.Array[0, 400].Sample(
        static bytes =>
        {
            var (raw, end) = PipeFixture.ConnectRaw();
            using (end)
            {
                if (bytes.Length > 0)
                {
                    raw.Send(bytes);
                }

                raw.Dispose();
                var before = GC.GetAllocatedBytesForCurrentThread();
                Assert.Throws<PipeClosedException>(() => PipeFixture.ReceiveAll(end, static _ => { }));
                return GC.GetAllocatedBytesForCurrentThread() - before < 3_000_000;
            }
        },
        iter: 1000,
        threads: 1);

    [Fact]
    public void A_length_that_is_claimed_only_allocates_no_more_than_a_megabyte_and_waits_no_longer_than_it_may()
    {
        var (raw, end) = PipeFixture.ConnectRaw();
        using (raw)
        using (end)
        {
            raw.Send([0xFF, 0xFF, 0xFF, 0x7E, (byte)PipeMessageKind.Bytes, 1, 2, 3]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Null(end.Receive(int.MaxValue, true, new WaitLimit(TimeSpan.FromMilliseconds(30), CancellationToken.None)));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_500_000);
        }
    }

    [Fact]
    public async Task A_receiver_that_is_stopped_inside_a_message_loses_nothing_of_it()
    {
        var (raw, end) = PipeFixture.ConnectRaw();
        using (raw)
        using (end)
        {
            raw.Send([100, 0, 0, 0, (byte)PipeMessageKind.Bytes, .. PipeFixture.Pattern(100)[..40]]);
            using var stop = new CancellationTokenSource(50);
            Assert.Throws<OperationCanceledException>(() => end.Receive(int.MaxValue, true, new WaitLimit(null, stop.Token)));
            Assert.Throws<OperationCanceledException>(() => end.ReceiveInto(new byte[200], new WaitLimit(null, stop.Token)));
            var receiving = Task.Run(() => end.Receive(int.MaxValue, true, PipeFixture.Soon), TestContext.Current.CancellationToken);
            raw.Send([.. PipeFixture.Pattern(100).Skip(40)]);
            Assert.Equal(PipeFixture.Pattern(100), (await receiving)!.Payload);
        }
    }

    [Fact]
    public void A_sender_that_is_stopped_inside_a_message_finishes_it_later()
    {
        var (near, far) = PipeFixture.Connect();
        using (near)
        using (far)
        {
            using var stop = new CancellationTokenSource(50);
            Assert.Throws<OperationCanceledException>(() => near.Send(PipeMessageKind.Bytes, PipeFixture.Pattern(9_000_000), new WaitLimit(null, stop.Token)));
            Assert.Equal(9_000_000, far.Receive(int.MaxValue, true, PipeFixture.Soon)!.Payload.Length);
            near.Send(PipeMessageKind.Bytes, [1], PipeFixture.Soon);
            Assert.Equal([1], far.Receive(int.MaxValue, true, PipeFixture.Soon)!.Payload);
        }
    }
}
