using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CsCheck;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Channels;

public sealed class ChannelTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MessagesOfAnySizeArriveWhole(bool direct)
    {
        using var pair = new StreamPair(direct);
        var collector = new Collector();
        using var sender = new Channel(pair.Near, new Collector());
        using var receiver = new Channel(pair.Far, collector);
        Start(receiver);
        int[] sizes = [0, 1, Frame.MaxPayload - 1, Frame.MaxPayload, Frame.MaxPayload + 1, 5_000_000];
        var sending = Task.Run(() =>
        {
            foreach (var size in sizes)
            {
                sender.Send(MessageKind.Notice, (uint)size, Pattern(size));
            }
        }, TestContext.Current.CancellationToken);
        foreach (var size in sizes)
        {
            var (kind, id, payload) = collector.Next();
            Assert.Equal((MessageKind.Notice, (uint)size), (kind, id));
            Assert.True(payload.AsSpan().SequenceEqual(Pattern(size)));
        }

        await sending;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SmallMessageOvertakesLargeOne(bool direct)
    {
        using var pair = new StreamPair(direct);
        var collector = new Collector();
        using var sender = new Channel(pair.Near, new Collector());
        using var receiver = new Channel(pair.Far, collector);
        var large = new Thread(() => sender.Send(MessageKind.Notice, 1, new byte[64 * 1024 * 1024]));
        large.Start();

        // Nobody reads yet: the large message fills the socket and stands in the middle.
        Thread.Sleep(50);
        sender.Post(MessageKind.Notice, 2, new byte[] { 42 });
        Start(receiver);
        Assert.Equal(2u, collector.Next().Id);
        Assert.Equal(1u, collector.Next().Id);
        large.Join();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PostNeverWaitsForAReaderAndLosesNothing(bool direct)
    {
        using var pair = new StreamPair(direct);
        var collector = new Collector();
        using var sender = new Channel(pair.Near, new Collector());
        using var receiver = new Channel(pair.Far, collector);

        // Nobody reads. Large and small, and of one kind and id twice, which a receiver could not tell apart under way.
        foreach (var size in (int[])[5_000_000, 10, 3_000_000, 0, 100_000])
        {
            sender.Post(MessageKind.Notice, 1, Pattern(size));
        }

        for (var id = 2u; id < 400; id++)
        {
            sender.Post(MessageKind.Answer, id, Pattern(Frame.MaxPayload + (int)id));
        }

        Start(receiver);
        var received = Enumerable.Range(0, 403).Select(_ => collector.Next()).ToLookup(static message => message.Id, static message => message.Payload);
        Assert.Equal([5_000_000, 10, 3_000_000, 0, 100_000], received[1].Select(static payload => payload.Length));
        Assert.All(received.SelectMany(static group => group), static payload => Assert.True(payload.AsSpan().SequenceEqual(Pattern(payload.Length))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatIsPostedInOrderWaitsForWhatCameBefore(bool direct)
    {
        using var pair = new StreamPair(direct);
        var collector = new Collector();
        using var sender = new Channel(pair.Near, new Collector());
        using var receiver = new Channel(pair.Far, collector);
        sender.Post(MessageKind.Request, 1, new byte[5_000_000]);
        sender.PostInOrder(MessageKind.Notice, 2, [1]);
        sender.Post(MessageKind.Notice, 3, [2]);
        Start(receiver);
        Assert.Equal([3u, 1, 2], Enumerable.Range(0, 3).Select(_ => collector.Next().Id));
        sender.PostInOrder(MessageKind.Notice, 4, [3]);
        Assert.Equal(4u, collector.Next().Id);
    }

    [Fact]
    public void OnlyWhatHasNotBegunIsWithdrawn()
    {
        using var pair = new StreamPair(direct: true);
        var collector = new Collector();
        using var sender = new Channel(pair.Near, new Collector());
        using var receiver = new Channel(pair.Far, collector);
        sender.Post(MessageKind.Request, 1, new byte[5_000_000]);
        sender.Post(MessageKind.Request, 2, [7, 1]);
        sender.Post(MessageKind.Request, 2, [8, 1]);
        sender.Post(MessageKind.Request, 3, [7]);
        Assert.False(sender.Withdraw(MessageKind.Request, 1, [0]));
        Assert.True(sender.Withdraw(MessageKind.Request, 2, [8]));
        Assert.False(sender.Withdraw(MessageKind.Request, 2, [8]));
        Start(receiver);
        Assert.Equal([2u, 3, 1], Enumerable.Range(0, 3).Select(_ => collector.Next().Id));
    }

    [Fact]
    public void DescriptorOfAPostedMessageIsClosedWhenItHasGoneOrNeverWill()
    {
        using var pair = new StreamPair(direct: true);
        var sender = new Channel(pair.Near, new Collector());
        var (kept, other) = LibC.CreateSocketPair();
        using var far = new DescriptorHandle(other);
        SafeHandle[] descriptors = [new DescriptorHandle(kept), DescriptorHandle.CopyOf(far), DescriptorHandle.CopyOf(far)];
        sender.Post(MessageKind.Notice, 1, [], descriptors[0]);
        Assert.True(descriptors[0].IsClosed);
        sender.Post(MessageKind.Notice, 2, new byte[10_000_000], descriptors[1]);
        Assert.False(descriptors[1].IsClosed);
        sender.Dispose();
        Assert.True(descriptors[1].IsClosed);
        Assert.ThrowsAny<IOException>(() => sender.Post(MessageKind.Notice, 3, [], descriptors[2]));
        Assert.True(descriptors[2].IsClosed);
    }

    [Fact]
    public async Task CloseOfTheOtherSideIsToldOnceAndWithoutError()
    {
        using var pair = new StreamPair();
        var collector = new Collector();
        using var receiver = new Channel(pair.Far, collector);
        Start(receiver);
        pair.Near.Dispose();
        Assert.Null(await collector.Closed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void WhatCameBeforeTheOtherSideWentIsReadThoughNothingCanBeSentAnyMore()
    {
        using var pair = new StreamPair(direct: true);
        var collector = new Collector();
        using var receiver = new Channel(pair.Near, collector);
        using (var sender = new Channel(pair.Far, new Collector()))
        {
            sender.Post(MessageKind.Notice, 1, [1]);
        }

        Assert.ThrowsAny<IOException>(() => receiver.Post(MessageKind.Notice, 2, [2]));
        receiver.ReadToEnd();
        Assert.Equal(1u, collector.Next().Id);
        Assert.Null(collector.Closed.Task.GetAwaiter().GetResult());
    }

    [Fact]
    public async Task WhoCanSendNoMoreThoughTheOtherSideIsThereClosesTheChannel()
    {
        using var pair = new StreamPair(direct: true);
        var (near, far) = (new Collector(), new Collector());
        using var sender = new Channel(new ShortStream(pair.Near), near);
        using var receiver = new Channel(pair.Far, far);
        Start(sender);
        Assert.ThrowsAny<IOException>(() => sender.Post(MessageKind.Answer, 1, [1]));
        Assert.Contains("no room", Assert.IsType<InvalidOperationException>(await Cause(near)).Message, StringComparison.Ordinal);
        Start(receiver);
        Assert.Null(await Cause(far));

        static Task<Exception?> Cause(Collector collector) => collector.Closed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OwnCloseFreesABlockedSender(bool direct)
    {
        using var pair = new StreamPair(direct);
        using var channel = new Channel(pair.Near, new Collector());
        var sending = Task.Run(() => channel.Send(MessageKind.Notice, 1, new byte[64 * 1024 * 1024]), TestContext.Current.CancellationToken);
        Thread.Sleep(50);
        channel.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => sending.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void WhatItsSenderKeepsIsNotCopied()
    {
        using var pair = new StreamPair(direct: true);
        var collector = new Collector();
        using var receiver = new Channel(pair.Far, collector);
        using var sender = new Channel(pair.Near, new Collector());
        var payload = Pattern(8 * 1024 * 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();
        sender.PostLent(MessageKind.Notice, 1, payload);
        Start(receiver);
        sender.Send(MessageKind.Notice, 2, payload);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, payload.Length / 8);
        Assert.Equal(payload, collector.Next().Payload);
        Assert.Equal(payload, collector.Next().Payload);
    }

    [Fact]
    public async Task LengthFieldAllocatesNothing()
    {
        var header = new byte[Frame.HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header, uint.MaxValue);
        header[4] = (byte)MessageKind.Notice;
        Assert.IsType<ProtocolException>(await CauseAfter(header));
    }

    [Fact]
    public async Task EndInsideAFrameIsAnError() => Assert.IsType<ProtocolException>(await CauseAfter([1, 2, 3]));

    [Fact]
    public async Task HandlerThatChokesClosesTheChannelOnly()
    {
        using var pair = new StreamPair();
        var closed = new TaskCompletionSource<Exception?>();
        using var receiver = new Channel(pair.Far, new Choker(closed));
        using var sender = new Channel(pair.Near, new Collector());
        Start(receiver);
        sender.Send(MessageKind.Notice, 1, new byte[] { 1 });
        Assert.IsType<FormatException>(await closed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void RandomBytesNeverEscapeNorAllocateMuch()
    {
        Gen.Byte.Array[0, 400].Sample(
            bytes =>
            {
                var handler = new Collector();
                var before = GC.GetAllocatedBytesForCurrentThread();
                new Channel(new MemoryStream(bytes), handler).ReadToEnd();
                return handler.Closed.Task.IsCompleted && GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000;
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public void EveryCutOfAValidStreamIsRefusedOrAPrefixOfIt()
    {
        var stream = new MemoryStream();
        var writer = new Channel(stream, new Collector());
        writer.Send(MessageKind.Request, 7, Pattern(100));
        writer.Send(MessageKind.Notice, 8, Pattern(10));
        var bytes = stream.ToArray();
        for (var length = 0; length <= bytes.Length; length++)
        {
            var handler = new Collector();
            new Channel(new MemoryStream(bytes, 0, length), handler).ReadToEnd();
            var cause = handler.Closed.Task.GetAwaiter().GetResult();
            var whole = length == 0 || length == 100 + Frame.HeaderSize || length == bytes.Length;
            Assert.Equal(whole, cause is null);
        }
    }

    private static async Task<Exception?> CauseAfter(byte[] bytes)
    {
        using var pair = new StreamPair();
        var collector = new Collector();
        using var receiver = new Channel(pair.Far, collector);
        Start(receiver);
        pair.Near.Write(bytes);
        pair.Near.Dispose();
        return await collector.Closed.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static void Start(Channel channel) => new Thread(channel.ReadToEnd) { IsBackground = true }.Start();

    private static byte[] Pattern(int size)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
        {
            bytes[i] = (byte)(i * 31);
        }

        return bytes;
    }

    /// <summary>The system has no room for what is written.</summary>
    private sealed class ShortStream(Stream inner) : SequentialStream, INonBlockingWriter
    {
        public override bool CanWrite => true;

        public int TryWrite(ReadOnlySpan<byte> bytes, SafeHandle? descriptor) => throw new ShortageException("no room");

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => throw new ShortageException("no room");

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Choker(TaskCompletionSource<Exception?> closed) : IMessageHandler
    {
        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => throw new FormatException();

        public void OnClosed(Exception? cause) => closed.SetResult(cause);
    }
}
