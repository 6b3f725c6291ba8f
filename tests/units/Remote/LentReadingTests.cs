using System.Collections.Concurrent;
using System.Text;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Remote;
using Xunit;

namespace ProcConcurrency.Units.Remote;

/// <summary>What the relay's thread does for a stream's reader, while that waits.</summary>
public sealed class LentReadingTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);
    private readonly RelayPair _relays = new(new HeardMessages(), new HeardMessages());
    private readonly ConcurrentQueue<string> _heard = [];
    private readonly ConcurrentQueue<string?> _threads = [];
    private readonly TaskCompletionSource<Exception?> _closed = new();
    private Thread? _reader;

    public void Dispose() => _relays.Dispose();

    [Fact]
    public void A_request_that_comes_whole_is_handled_by_the_relays_thread()
    {
        var far = Open(4, static _ => { });
        far.Send(MessageKind.Request, 1, "one"u8.ToArray());
        WaitFor("one");
        far.Send(MessageKind.Notice, 1, "two"u8.ToArray());
        WaitFor("two");
        Await(_reader!);
        far.Send(MessageKind.Request, 2, "three"u8.ToArray());
        WaitFor("three");
        Assert.Equal([RelayPair.NearThread, "reader", RelayPair.NearThread], _threads);
    }

    // Whole ones, parts, several at once, large ones between: each as it was sent, and in order.
    [Fact]
    public void Messages_of_all_sizes_come_in_order_whoever_handles_them()
    {
        var far = Open(4, static _ => { });
        var random = new Random(7);
        var sent = Enumerable.Range(0, 3000).Select(i => $"{i} {new string('x', random.Next(10) switch { 0 => 3 * Frame.MaxPayload, 1 => 5000, _ => random.Next(40) })}").ToList();
        foreach (var text in sent)
        {
            far.Send(random.Next(3) == 0 ? MessageKind.Notice : MessageKind.Request, 1, Encoding.ASCII.GetBytes(text));
            if (random.Next(4) == 0)
            {
                Thread.Yield();
            }
        }

        WaitFor(sent[^1]);
        Assert.Equal(sent, _heard);
        Assert.Contains(RelayPair.NearThread, _threads);
    }

    [Fact]
    public void A_request_that_breaks_a_rule_ends_its_own_channel_alone()
    {
        var far = Open(4, static text => throw new ProtocolException($"no {text}"));
        var (other, otherFar) = (_relays.Near.Open(6), _relays.Far.Open(6));
        far.Send(MessageKind.Request, 1, "rule"u8.ToArray());
        Assert.True(_closed.Task.Wait(s_long, TestContext.Current.CancellationToken));
        Assert.Contains("no rule", Assert.IsType<ProtocolException>(_closed.Task.Result).Message, StringComparison.Ordinal);
        otherFar.Write("quick"u8);
        var word = new byte[5];
        other.ReadExactly(word);
        Assert.Equal("quick"u8.ToArray(), word);
    }

    [Fact]
    public void A_header_that_means_nothing_ends_its_own_channel()
    {
        Open(4, static _ => { }).Dispose();
        var (near, far) = (_relays.Near.Open(8), _relays.Far.Open(8));
        var channel = new Channel(near, new Handler(this, static _ => { }));
        Await(_reader = Background.Start("reader", channel.ReadToEnd));
        far.Write([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        Assert.True(_closed.Task.Wait(s_long, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Who_closes_it_is_not_told_before_what_is_handled_is_done()
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var far = Open(4, _ =>
        {
            entered.Set();
            leave.Wait(s_long, CancellationToken.None);
        }, out var channel);
        far.Send(MessageKind.Request, 1, "long"u8.ToArray());
        Assert.True(entered.Wait(s_long, TestContext.Current.CancellationToken));
        channel.Dispose();
        Assert.False(_closed.Task.Wait(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
        leave.Set();
        Assert.True(_closed.Task.Wait(s_long, TestContext.Current.CancellationToken));
        Assert.Null(_closed.Task.Result);
    }

    private static void Await(Thread reader) =>
        Assert.True(SpinWait.SpinUntil(() => reader.ThreadState.HasFlag(ThreadState.WaitSleepJoin), s_long));

    private Channel Open(int number, Action<string> onMessage) => Open(number, onMessage, out _);

    private Channel Open(int number, Action<string> onMessage, out Channel near)
    {
        near = new Channel(_relays.Near.Open(number), new Handler(this, onMessage));
        Await(_reader = Background.Start("reader", near.ReadToEnd));
        return new Channel(_relays.Far.Open(number), new Handler(this, static _ => { }));
    }

    private void WaitFor(string text) => Assert.True(SpinWait.SpinUntil(() => _heard.LastOrDefault() == text, s_long));

    private sealed class Handler(LentReadingTests test, Action<string> onMessage) : IMessageHandler
    {
        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
        {
            var text = Encoding.ASCII.GetString(payload);
            onMessage(text);
            test._threads.Enqueue(Thread.CurrentThread.Name);
            test._heard.Enqueue(text);
        }

        public void OnClosed(Exception? cause) => test._closed.TrySetResult(cause);
    }
}
