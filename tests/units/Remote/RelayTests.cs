using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Units.Channels;
using Xunit;

namespace ProcConcurrency.Units.Remote;

public sealed class RelayTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);
    private readonly Owner _nearOwner = new();
    private readonly Owner _farOwner = new();
    private readonly RelayPair _relays;
    private readonly Relay _near;
    private readonly Relay _far;

    public RelayTests()
    {
        _relays = new RelayPair(_nearOwner, _farOwner);
        (_near, _far) = (_relays.Near, _relays.Far);
    }

    public void Dispose() => _relays.Dispose();

    [Fact]
    public void Bytes_go_both_ways_whole_and_in_order()
    {
        var (near, far) = (_near.Open(4), _far.Open(4));
        var sent = new byte[3 * RelayProtocol.Window];
        new Random(1).NextBytes(sent);
        var echo = Background.Start("echo", () =>
        {
            var buffer = new byte[10_000];
            while (far.Read(buffer) is > 0 and var read)
            {
                far.Write(buffer.AsSpan(0, read));
            }
        });
        var writer = Background.Start("writer", () => near.Write(sent));
        var received = new byte[sent.Length];
        near.ReadExactly(received);
        Assert.Equal(sent, received);
        writer.Join();
        near.Dispose();
        echo.Join();
    }

    [Fact]
    public void A_stream_that_nobody_reads_takes_a_window_and_holds_up_no_other()
    {
        var (near, far) = (_near.Open(4), _far.Open(4));
        var (other, otherFar) = (_near.Open(6), _far.Open(6));
        var total = 0;
        while (near.TryWrite(new byte[RelayProtocol.MaxData], null) is > 0 and var count)
        {
            total += count;
        }

        Assert.Equal(RelayProtocol.Window, total);
        other.Write("quick"u8);
        var word = new byte[5];
        otherFar.ReadExactly(word);
        Assert.Equal("quick"u8.ToArray(), word);

        // Reading makes room.
        far.ReadExactly(new byte[RelayProtocol.Window]);
        near.Write(new byte[1]);
        Assert.Equal(1, far.Read(new byte[10]));
    }

    [Fact]
    public void An_end_comes_behind_all_that_was_written()
    {
        var (near, far) = (_near.Open(4), _far.Open(4));
        near.Write(new byte[100_000]);
        near.Dispose();
        far.ReadExactly(new byte[100_000]);
        Assert.Equal(0, far.Read(new byte[1]));
        Assert.Throws<IOException>(() => far.Write(new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => near.Read(new byte[1]));
    }

    [Fact]
    public void Closing_a_stream_ends_a_read_and_a_write_that_wait()
    {
        var near = _near.Open(4);
        while (near.TryWrite(new byte[RelayProtocol.MaxData], null) > 0)
        {
        }

        Exception? ofRead = null;
        Exception? ofWrite = null;
        var reader = Background.Start("reader", () => near.ReadExactly(new byte[1]), error => ofRead = error);
        var writer = Background.Start("writer", () => near.Write(new byte[1]), error => ofWrite = error);
        SpinWait.SpinUntil(() => reader.ThreadState.HasFlag(ThreadState.WaitSleepJoin) && writer.ThreadState.HasFlag(ThreadState.WaitSleepJoin), s_long);
        near.Dispose();
        reader.Join();
        writer.Join();
        Assert.IsType<ObjectDisposedException>(ofRead);
        Assert.IsType<ObjectDisposedException>(ofWrite);
    }

    [Fact]
    public void Other_messages_are_the_owners_and_the_end_is_told_once()
    {
        var stream = _near.Open(4);
        _far.Post(MessageKind.Notice, RelayProtocol.Hello, [1, 2, 3]);
        Assert.Equal((MessageKind.Notice, RelayProtocol.Hello), _nearOwner.Next());
        _far.Dispose();
        Assert.True(_nearOwner.Closed.Wait(s_long, TestContext.Current.CancellationToken));
        Assert.Equal(0, stream.Read(new byte[1]));
        Assert.Equal(0, _near.Open(8).Read(new byte[1]));
        Assert.Equal(1, _nearOwner.Closings);
    }

    [Theory]
    [InlineData(RelayProtocol.Data, RelayProtocol.Window + 1)]
    [InlineData(RelayProtocol.Credit, 1)]
    [InlineData(RelayProtocol.Credit, -1)]
    public void A_far_end_that_breaks_the_rules_of_a_stream_loses_the_line(uint id, int amount)
    {
        _near.Open(4);
        if (id == RelayProtocol.Data)
        {
            for (var left = amount; left > 0; left -= RelayProtocol.MaxData)
            {
                _far.PostData(4, new byte[Math.Min(left, RelayProtocol.MaxData)]);
            }
        }
        else
        {
            _far.TryPost(id, 4, amount);
        }

        Assert.True(_nearOwner.Closed.Wait(s_long, TestContext.Current.CancellationToken));
        Assert.Contains("stream", _nearOwner.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_names_no_stream_loses_the_line()
    {
        _far.Post(MessageKind.Notice, RelayProtocol.End, [1]);
        Assert.True(_nearOwner.Closed.Wait(s_long, TestContext.Current.CancellationToken));
        Assert.Contains("names none", _nearOwner.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_which_nothing_is_heard_is_given_up()
    {
        using var line = new StreamPair(direct: true);
        var owner = new Owner();
        using var relay = new Relay(line.Near, owner, TimeSpan.FromMilliseconds(30));
        var stream = relay.Open(4);
        Background.Start("near", relay.ReadToEnd);
        Assert.True(owner.Closed.Wait(s_long, TestContext.Current.CancellationToken));
        Assert.StartsWith("Nothing was heard", owner.Reason, StringComparison.Ordinal);
        Assert.Equal(0, stream.Read(new byte[1]));
    }

    [Fact]
    public void Beats_keep_a_line_that_has_nothing_to_say()
    {
        using var line = new StreamPair(direct: true);
        var (owner, other) = (new Owner(), new Owner());
        using var near = new Relay(line.Near, owner, TimeSpan.FromSeconds(3));
        using var far = new Relay(line.Far, other, TimeSpan.FromSeconds(3));
        Background.Start("near", near.ReadToEnd);
        Background.Start("far", far.ReadToEnd);

        // Longer than a silent one would be borne.
        Assert.False(owner.Closed.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Equal(0, other.Closings);
    }

    private sealed class Owner : IRelayOwner
    {
        private readonly System.Collections.Concurrent.BlockingCollection<(MessageKind, uint)> _messages = [];
        private readonly TaskCompletionSource _closed = new();
        private int _closings;

        internal Task Closed => _closed.Task;

        internal string? Reason { get; private set; }

        internal int Closings => _closings;

        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _messages.Add((kind, id));

        public void OnClosed(string? reason)
        {
            Reason = reason;
            Interlocked.Increment(ref _closings);
            _closed.TrySetResult();
        }

        internal (MessageKind Kind, uint Id) Next() => _messages.Take(TestContext.Current.CancellationToken);
    }
}
