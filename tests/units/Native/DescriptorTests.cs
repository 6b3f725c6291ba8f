using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Units.Channels;
using Xunit;

namespace ProcConcurrency.Units.Native;

/// <summary>Descriptors beside the messages of a channel. Where sockets travel otherwise there is nothing to test.</summary>
public sealed class DescriptorTests : IDisposable
{
    private readonly int _nearNumber;
    private readonly UnixSocketStream _near;
    private readonly UnixSocketStream _far;

    public DescriptorTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows passes no descriptors.");
        var (ours, theirs) = LibC.CreateSocketPair();
        _nearNumber = ours;
        _near = new UnixSocketStream(ours);
        _far = new UnixSocketStream(theirs);
    }

    [Fact]
    public void A_descriptor_arrives_with_its_message_whatever_comes_before_and_after()
    {
        using var sender = new Channel(_near, new Collector());
        using var receiver = new Channel(_far, new Keeper(out var got));
        var reading = Start(receiver);
        for (var i = 0; i < 50; i++)
        {
            sender.Send(MessageKind.Notice, 1, new byte[i * 1000]);
            var (mine, theirs) = ParkedSocket.CreatePair();
            using (theirs)
            {
                sender.Send(MessageKind.Request, (uint)i, new byte[i * 5000], theirs.Descriptor);
            }

            using var socket = mine.ToSocket();
            socket.Send(Encoding.ASCII.GetBytes($"{i}"));
        }

        sender.Dispose();
        reading.Join();
        Assert.Equal(50, got.Count);
        foreach (var (id, descriptor) in got)
        {
            using var socket = ParkedSocket.Adopt(descriptor).ToSocket();
            var text = new byte[10];
            Assert.Equal($"{id}", Encoding.ASCII.GetString(text, 0, socket.Receive(text)));

            // No copy is left on the way: the sender's was closed, and so the end comes through.
            Assert.Equal(0, socket.Receive(text));
        }
    }

    [Fact]
    public void What_arrives_is_kept_from_programs_started_by_this_process()
    {
        using var file = File.OpenHandle("/dev/null");
        _near.Write([1], file);
        var arrived = new Queue<SafeHandle>();
        Assert.Equal(1, _far.Read(new byte[10], arrived));
        using var descriptor = Assert.Single(arrived);
        var flags = File.ReadAllText($"/proc/self/fdinfo/{descriptor.DangerousGetHandle()}");
        Assert.Matches(@"flags:\s+0?2\d{6}", flags);
    }

    [Fact]
    public void One_that_no_handler_takes_is_closed()
    {
        using var sender = new Channel(_near, new Collector());
        var collector = new Collector();
        using var receiver = new Channel(_far, collector);
        Start(receiver);
        var (mine, theirs) = ParkedSocket.CreatePair();
        using (theirs)
        {
            sender.Send(MessageKind.Notice, 3, new byte[] { 7 }, theirs.Descriptor);
        }

        Assert.Equal([7], collector.Next().Payload);
        using var socket = mine.ToSocket();
        Assert.Equal(0, socket.Receive(new byte[1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Descriptors_that_no_frame_asks_for_close_the_channel_and_are_closed(int count)
    {
        var collector = new Collector();
        using var receiver = new Channel(_far, collector);
        var (mine, theirs) = ParkedSocket.CreatePair();
        using (theirs)
        {
            // Within one frame that never ends, each with a byte.
            for (var i = 0; i < count; i++)
            {
                _near.Write(i == 0 ? [9, 0, 0, 0, (byte)MessageKind.Notice, 1, 0, 0, 0] : [0], theirs.Descriptor!);
            }

            if (count == 1)
            {
                _near.Write(new byte[9]);
            }
        }

        Start(receiver).Join();
        Assert.IsType<ProtocolException>(collector.Closed.Task.Result);
        using var socket = mine.ToSocket();
        Assert.Equal(0, socket.Receive(new byte[1]));
    }

    [Fact]
    public void A_frame_that_asks_for_one_that_did_not_come_closes_the_channel()
    {
        var collector = new Collector();
        using var receiver = new Channel(_far, collector);
        _near.Write([0, 0, 0, 0, (byte)MessageKind.Request | 0x40, 1, 0, 0, 0]);
        Start(receiver).Join();
        Assert.IsType<ProtocolException>(collector.Closed.Task.Result);
    }

    [Fact]
    public unsafe void Descriptors_that_were_cut_off_are_told_as_that_and_none_is_left_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.Is64BitProcess, "The message is laid out by hand.");
        var (mine, theirs) = ParkedSocket.CreatePair();
        using (theirs)
        {
            // A header, a part of one byte, and a control message with more descriptors than anybody takes.
            const int Count = LibC.MostDescriptors + 2;
            var bytes = stackalloc byte[1];
            var part = stackalloc nint[2] { (nint)bytes, 1 };
            var control = stackalloc int[4 + Count];
            *(long*)control = 16 + (Count * sizeof(int));
            (control[2], control[3]) = (1, 1);
            for (var i = 0; i < Count; i++)
            {
                control[4 + i] = (int)theirs.Descriptor!.DangerousGetHandle();
            }

            var header = stackalloc nint[7] { 0, 0, (nint)part, 1, (nint)control, 16 + (Count * sizeof(int)), 0 };
            Assert.Equal(1, SendMessage(_nearNumber, header, 0));
        }

        var error = Assert.Throws<IOException>(() => _far.Read(new byte[1]));
        Assert.Contains("cut off", error.Message, StringComparison.Ordinal);

        // With the last copy of the other end this one would not be at its end.
        using var socket = mine.ToSocket();
        Assert.Equal(0, socket.Receive(new byte[1]));
    }

    [Fact]
    public void A_channel_of_bytes_alone_says_that_it_carries_none()
    {
        using var channel = new Channel(new MemoryStream(), new Collector());
        var (mine, theirs) = ParkedSocket.CreatePair();
        using (mine)
        using (theirs)
        {
            Assert.Throws<PlatformNotSupportedException>(() => channel.Send(MessageKind.Request, 1, default, theirs.Descriptor));
        }
    }

    [Fact]
    public async Task Closing_frees_a_blocked_reader_and_a_blocked_writer()
    {
        var reading = Task.Run(() => _near.Read(new byte[1]), TestContext.Current.CancellationToken);
        var writing = Task.Run(() => _near.Write(new byte[64 << 20]), TestContext.Current.CancellationToken);
        Thread.Sleep(50);
        _near.Dispose();
        try
        {
            Assert.Equal(0, await reading.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        }
        catch (ObjectDisposedException)
        {
            // On a crowded machine the close may come before the read has begun.
        }

        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => writing.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [DllImport("libc", EntryPoint = "sendmsg")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern unsafe nint SendMessage(int descriptor, nint* message, int flags);

    public void Dispose()
    {
        _near?.Dispose();
        _far?.Dispose();
    }

    private static Thread Start(Channel channel)
    {
        var thread = new Thread(channel.ReadToEnd) { IsBackground = true };
        thread.Start();
        return thread;
    }

    /// <summary>Keeps descriptors; looks at no other message.</summary>
    private sealed class Keeper : IMessageHandler
    {
        private readonly List<(uint Id, SafeHandle Descriptor)> _got;

        internal Keeper(out List<(uint Id, SafeHandle Descriptor)> got) => got = _got = [];

        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
        {
        }

        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle descriptor)
        {
            Assert.Equal((int)id * 5000, payload.Length);
            _got.Add((id, descriptor));
        }

        public void OnClosed(Exception? cause) => Assert.Null(cause);
    }
}
