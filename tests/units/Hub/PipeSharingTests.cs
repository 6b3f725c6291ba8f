using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Sync;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A pipe's ends, used by several threads at once.</summary>
[Collection("codec")]
public sealed class PipeSharingTests
{
    [Fact]
    public void An_end_whose_receiver_is_gone_is_closed_without_another_thread()
    {
        var (first, second) = ProcPipe.Create(new LocalHubPort(new Hub(HubKinds.Create), 1, "a"));
        ProcObjectHandle.NoteReceiverGone(second);
        Assert.True(second.IsClosed);
        Assert.Throws<PipeClosedException>(() => first.Receive());
    }

    [Theory]
    [InlineData("wrong end")]
    [InlineData("no room")]
    [InlineData("stopped")]
    public void A_message_that_is_not_sent_holds_nothing_that_it_mentions(string why)
    {
        var codec = HubEnvironment.Codec;
        HubEnvironment.Codec = new Mentioning();
        try
        {
            var hub = new Hub(HubKinds.Create);
            var port = new LocalHubPort(hub, 1, "a");
            var (receiver, sender) = ProcPipe.Create(port, oneWay: true);
            var mentioned = ProcLock.Create(port);
            var references = hub.Find(mentioned.Id).References;
            while (sender.TrySendBytes(new byte[60_000], 0, 60_000, TimeSpan.Zero, CancellationToken.None))
            {
                // Until it is full.
            }

            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            switch (why)
            {
                case "wrong end":
                    Assert.Throws<PipeDirectionException>(() => receiver.Send(mentioned));
                    break;
                case "no room":
                    Assert.False(sender.TrySend(mentioned, TimeSpan.Zero, CancellationToken.None));
                    break;
                default:
                    Assert.Throws<OperationCanceledException>(() => sender.TrySend(mentioned, null, stop.Token));
                    break;
            }

            Assert.Equal(references, hub.Find(mentioned.Id).References);
            GC.KeepAlive(mentioned);
            receiver.Close();
            sender.Close();
        }
        finally
        {
            HubEnvironment.Codec = codec;
        }
    }

    [Fact]
    public async Task Who_sends_with_a_time_limit_knows_whether_all_of_it_comes_or_nothing()
    {
        var (near, far) = PipeFixture.Connect();
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
                    if (near.Send(PipeMessageKind.Bytes, PipeFixture.Pattern(size), new WaitLimit(TimeSpan.FromMicroseconds(i % 50 * 10), CancellationToken.None)))
                    {
                        sent.Add(size);
                    }
                }

                return sent;
            })).ToArray();
            var got = new List<int>();
            var receiving = Task.Run(() => PipeFixture.ReceiveAll(far, message =>
            {
                Assert.True(message.Payload.AsSpan().SequenceEqual(PipeFixture.Pattern(message.Payload.Length)));
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
        var (near, far) = PipeFixture.Connect();
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
        var (near, far) = PipeFixture.Connect();
        using (near)
        using (far)
        {
            var senders = Enumerable.Range(0, 4).Select(n => Task.Run(() =>
            {
                for (var i = 0; i < 500; i++)
                {
                    near.Send(PipeMessageKind.Bytes, PipeFixture.Pattern((n * 500) + i), PipeFixture.Soon);
                }
            })).ToArray();
            var receivers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 500)
                .Select(_ => far.Receive(int.MaxValue, true, PipeFixture.Soon)!.Payload).ToList())).ToArray();
            await Task.WhenAll(senders);
            var got = (await Task.WhenAll(receivers)).SelectMany(static list => list).ToList();
            Assert.All(got, static payload => Assert.True(payload.AsSpan().SequenceEqual(PipeFixture.Pattern(payload.Length))));
            Assert.Equal(Enumerable.Range(0, 2000), got.Select(static payload => payload.Length).Order());
        }
    }

    /// <summary>Encodes a handle, as bytes that mention its object.</summary>
    private sealed class Mentioning : IValueCodec
    {
        public StoredValue Encode(object? value) => new(new byte[1], [(ProcObject)value!]);

        public object? Decode(StoredValue value) => throw new NotSupportedException();
    }
}
