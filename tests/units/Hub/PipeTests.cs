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
    private static readonly WaitLimit s_soon = new(TimeSpan.FromSeconds(60), CancellationToken.None);

    // Where the messages end that are cut below.
    private static readonly int[] s_ends = [5, 11, 70_016, 70_026];

    [Fact]
    public void Messages_of_any_sizes_arrive_whole_and_in_order() => Gen.Int[0, 200_000].Array[1, 12].Sample(
        static sizes =>
        {
            var (near, far) = Connect();
            using (near)
            using (far)
            {
                var sending = Task.Run(() => Array.ForEach(sizes, size => near.Send(PipeMessageKind.Bytes, Pattern(size), s_soon)));
                foreach (var size in sizes)
                {
                    var message = far.Receive(int.MaxValue, bytesOnly: true, s_soon);
                    Assert.True(message!.Value.Payload.AsSpan().SequenceEqual(Pattern(size)));
                }

                sending.GetAwaiter().GetResult();
                return true;
            }
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void Bytes_cut_anywhere_give_the_messages_and_no_half_of_one()
    {
        var stream = new List<byte>();
        foreach (var size in new[] { 0, 1, 70_000, 5 })
        {
            stream.AddRange([.. BitConverter.GetBytes(size), (byte)PipeMessageKind.Bytes, .. Pattern(size)]);
        }

        foreach (var cut in new[] { 0, 3, 5, 6, 10, 11, 12, 40_000, 70_016, 70_017, stream.Count - 1, stream.Count })
        {
            var (raw, end) = ConnectRaw();
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
                Assert.Throws<PipeClosedException>(() => ReceiveAll(end, message => got.Add(message.Payload.Length)));
                sending.GetAwaiter().GetResult();
                Assert.Equal(s_ends.Count(length => length <= cut), got.Count);
            }
        }
    }

    [Fact]
    public void Random_bytes_are_refused_or_are_messages_and_allocate_little() => Gen.Byte.Array[0, 400].Sample(
        static bytes =>
        {
            var (raw, end) = ConnectRaw();
            using (end)
            {
                if (bytes.Length > 0)
                {
                    raw.Send(bytes);
                }

                raw.Dispose();
                var before = GC.GetAllocatedBytesForCurrentThread();
                Assert.Throws<PipeClosedException>(() => ReceiveAll(end, static _ => { }));
                return GC.GetAllocatedBytesForCurrentThread() - before < 3_000_000;
            }
        },
        iter: 1000,
        threads: 1);

    [Fact]
    public void A_length_that_is_claimed_only_allocates_no_more_than_a_megabyte_and_waits_no_longer_than_it_may()
    {
        var (raw, end) = ConnectRaw();
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
        var (raw, end) = ConnectRaw();
        using (raw)
        using (end)
        {
            raw.Send([100, 0, 0, 0, (byte)PipeMessageKind.Bytes, .. Pattern(100)[..40]]);
            using var stop = new CancellationTokenSource(50);
            Assert.Throws<OperationCanceledException>(() => end.Receive(int.MaxValue, true, new WaitLimit(null, stop.Token)));
            Assert.Throws<OperationCanceledException>(() => end.ReceiveInto(new byte[200], new WaitLimit(null, stop.Token)));
            var receiving = Task.Run(() => end.Receive(int.MaxValue, true, s_soon), TestContext.Current.CancellationToken);
            raw.Send([.. Pattern(100).Skip(40)]);
            Assert.Equal(Pattern(100), (await receiving)!.Value.Payload);
        }
    }

    [Fact]
    public void A_sender_that_is_stopped_inside_a_message_finishes_it_later()
    {
        var (near, far) = Connect();
        using (near)
        using (far)
        {
            using var stop = new CancellationTokenSource(50);
            Assert.Throws<OperationCanceledException>(() => near.Send(PipeMessageKind.Bytes, Pattern(9_000_000), new WaitLimit(null, stop.Token)));
            Assert.Equal(9_000_000, far.Receive(int.MaxValue, true, s_soon)!.Value.Payload.Length);
            near.Send(PipeMessageKind.Bytes, [1], s_soon);
            Assert.Equal([1], far.Receive(int.MaxValue, true, s_soon)!.Value.Payload);
        }
    }

    [Fact]
    public async Task Who_sends_with_a_time_limit_knows_whether_all_of_it_comes_or_nothing()
    {
        var (near, far) = Connect();
        using (near)
        using (far)
        {
            var senders = Enumerable.Range(0, 3).Select(sender => Task.Run(() =>
            {
                var sent = new List<int>();
                for (var i = 0; i < 300; i++)
                {
                    // Some fill the pipe by themselves.
                    var size = (i % 10 == 0 ? 900_000 : 3000) + (i * 3) + sender;
                    if (near.Send(PipeMessageKind.Bytes, Pattern(size), new WaitLimit(TimeSpan.FromMicroseconds(i % 50 * 10), CancellationToken.None)))
                    {
                        sent.Add(size);
                    }
                }

                return sent;
            })).ToArray();
            var got = new List<int>();
            var receiving = Task.Run(() => ReceiveAll(far, message =>
            {
                Assert.True(message.Payload.AsSpan().SequenceEqual(Pattern(message.Payload.Length)));
                got.Add(message.Payload.Length);
            }));
            var sent = (await Task.WhenAll(senders)).SelectMany(static list => list).Order().ToList();
            near.Dispose();
            await Assert.ThrowsAsync<PipeClosedException>(() => receiving);
            Assert.Equal(sent, got.Order());
            Assert.InRange(sent.Count, 1, 899);
        }
    }

    [Fact]
    public async Task Closing_frees_who_waits_on_either_end()
    {
        var (near, far) = Connect();
        using (near)
        using (far)
        {
            var mine = Task.Run(() => near.Receive(int.MaxValue, true, WaitLimit.None), TestContext.Current.CancellationToken);
            var theirs = Task.Run(() => far.Receive(int.MaxValue, true, WaitLimit.None), TestContext.Current.CancellationToken);
            Thread.Sleep(30);
            near.Dispose();
            await Assert.ThrowsAsync<PipeClosedException>(() => mine.WaitAsync(TimeSpan.FromSeconds(60)));
            await Assert.ThrowsAsync<PipeClosedException>(() => theirs.WaitAsync(TimeSpan.FromSeconds(60)));
        }
    }

    [Fact]
    public async Task Many_senders_and_receivers_share_an_end_message_by_message()
    {
        var (near, far) = Connect();
        using (near)
        using (far)
        {
            var senders = Enumerable.Range(0, 4).Select(n => Task.Run(() =>
            {
                for (var i = 0; i < 500; i++)
                {
                    near.Send(PipeMessageKind.Bytes, Pattern((n * 500) + i), s_soon);
                }
            })).ToArray();
            var receivers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 500)
                .Select(_ => far.Receive(int.MaxValue, true, s_soon)!.Value.Payload).ToList())).ToArray();
            await Task.WhenAll(senders);
            var got = (await Task.WhenAll(receivers)).SelectMany(static list => list).ToList();
            Assert.All(got, static payload => Assert.True(payload.AsSpan().SequenceEqual(Pattern(payload.Length))));
            Assert.Equal(Enumerable.Range(0, 2000), got.Select(static payload => payload.Length).Order());
        }
    }

    private static void ReceiveAll(PipeConnection end, Action<PipeMessage> take)
    {
        while (true)
        {
            take(end.Receive(int.MaxValue, bytesOnly: false, s_soon)!.Value);
        }
    }

    private static (PipeConnection Near, PipeConnection Far) Connect()
    {
        var (near, far) = ParkedSocket.CreatePair();
        return (new PipeConnection(SlicedSocket.Of(near), PipeWays.Both), new PipeConnection(SlicedSocket.Of(far), PipeWays.Both));
    }

    private static (Socket Raw, PipeConnection End) ConnectRaw()
    {
        var (near, far) = ParkedSocket.CreatePair();
        return (near.ToSocket(), new PipeConnection(SlicedSocket.Of(far), PipeWays.Both));
    }

    private static byte[] Pattern(int size)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
        {
            bytes[i] = (byte)((i * 31) + size);
        }

        return bytes;
    }
}
