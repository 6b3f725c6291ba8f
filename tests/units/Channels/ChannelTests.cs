using System.Buffers.Binary;
using CsCheck;
using ProcConcurrency.Runtime.Channels;
using Xunit;

namespace ProcConcurrency.Units.Channels;

public sealed class ChannelTests
{
    [Fact]
    public async Task MessagesOfAnySizeArriveWhole()
    {
        using var pair = new StreamPair();
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

    [Fact]
    public void SmallMessageOvertakesLargeOne()
    {
        using var pair = new StreamPair();
        var collector = new Collector();
        using var sender = new Channel(pair.Near, new Collector());
        using var receiver = new Channel(pair.Far, collector);
        var large = new Thread(() => sender.Send(MessageKind.Notice, 1, new byte[64 * 1024 * 1024]));
        large.Start();

        // Nobody reads yet: the large message fills the socket and stands in the middle.
        Thread.Sleep(50);
        var small = new Thread(() => sender.Send(MessageKind.Notice, 2, [42]));
        small.Start();
        Thread.Sleep(50);
        Start(receiver);
        Assert.Equal(2u, collector.Next().Id);
        Assert.Equal(1u, collector.Next().Id);
        large.Join();
        small.Join();
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
    public async Task OwnCloseFreesABlockedSender()
    {
        using var pair = new StreamPair();
        using var channel = new Channel(pair.Near, new Collector());
        var sending = Task.Run(() => channel.Send(MessageKind.Notice, 1, new byte[64 * 1024 * 1024]), TestContext.Current.CancellationToken);
        Thread.Sleep(50);
        channel.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => sending.WaitAsync(TimeSpan.FromSeconds(60)));
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
        sender.Send(MessageKind.Notice, 1, [1]);
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

    private sealed class Choker(TaskCompletionSource<Exception?> closed) : IMessageHandler
    {
        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => throw new FormatException();

        public void OnClosed(Exception? cause) => closed.SetResult(cause);
    }
}
