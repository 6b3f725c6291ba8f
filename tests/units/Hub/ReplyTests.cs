using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Large answers lie in arrays that are used again: once, and not before their reader is done.</summary>
public sealed class ReplyTests
{
    private const int Size = 1 << 20;
    private readonly Hub _hub = new(HubKinds.Create);
    private readonly LocalHubPort _local;
    private readonly RemoteProcess _remote;

    public ReplyTests()
    {
        _local = new LocalHubPort(_hub, 1, "a");
        _remote = new RemoteProcess(_hub, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_large_answers_that_are_recycled_take_no_memory(bool isRemote)
    {
        var queue = ProcQueue.Create(Port(isRemote));
        var value = Filled(1);
        Pass(queue, value, 3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Pass(queue, value, 50);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 30 * Size);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recycled_twice_is_recycled_once_and_read_no_more(bool isRemote)
    {
        var queue = ProcQueue.Create(Port(isRemote));
        queue.Send([new(Filled(1), 0)], null, CancellationToken.None);
        _ = queue.Receive(1, WaitLimit.None, [], out var reply);
        reply.Recycle();
        reply.Recycle();
        Assert.NotSame(SpareArrays.Rent(Size + 1), SpareArrays.Rent(Size + 1));
        Assert.Throws<ObjectDisposedException>(() => _ = reply.Read());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_answer_that_is_not_recycled_stays_as_it_is(bool isRemote)
    {
        var queue = ProcQueue.Create(Port(isRemote));
        queue.Send([new(Filled(1), 0)], null, CancellationToken.None);
        List<QueueItem> first = [];
        _ = queue.Receive(1, WaitLimit.None, first, out _);
        Pass(queue, Filled(2), 20);
        Assert.Equal(-1, first[0].Value.Bytes.Span.IndexOfAnyExcept((byte)1));
    }

    [Fact]
    public void Only_the_first_answer_to_a_call_counts()
    {
        var call = new PendingCall(_local, 1);
        byte[] first = [.. new byte[HubProtocol.ClientSize], 1, .. new byte[sizeof(int)]];
        byte[] second = [.. new byte[HubProtocol.ClientSize], 2];
        Assert.True(call.Complete(MessageKind.Answer, first, null));
        Assert.False(call.Complete(MessageKind.Fault, second, null));
        Assert.Equal(1, call.Wait(default).Read().Byte());
    }

    [Fact]
    public void A_stopped_receiver_that_gets_an_item_after_all_gives_it_back_whole()
    {
        var queue = ProcQueue.Create(_remote.Port);
        var other = ProcQueue.Create(_local);
        _remote.BeforeNotice = () => _hub.Execute(
            _remote.Client, 0, _local.Request(HubOperation.Send, queue.Id).Int32(1).Value(Filled(1)).Int64(0).Written);
        List<QueueItem> items = [];
        Assert.Throws<OperationCanceledException>(() => queue.Receive(1, new WaitLimit(null, new CancellationToken(canceled: true)), items, out _));
        Assert.Empty(items);
        _remote.BeforeNotice = null;
        Pass(other, Filled(2), 20);
        _ = queue.Receive(1, new WaitLimit(TimeSpan.Zero, default), items, out _);
        Assert.Equal(-1, Assert.Single(items).Value.Bytes.Span.IndexOfAnyExcept((byte)1));
    }

    private HubPort Port(bool isRemote) => isRemote ? _remote.Port : _local;

    private static StoredValue Filled(byte content)
    {
        var bytes = new byte[Size];
        Array.Fill(bytes, content);
        return new StoredValue(bytes, []);
    }

    private static void Pass(ProcQueue queue, StoredValue value, int times)
    {
        List<QueueItem> items = [];
        for (var i = 0; i < times; i++)
        {
            queue.Send([new(value, 0)], null, CancellationToken.None);
            _ = queue.Receive(1, WaitLimit.None, items, out var reply);
            reply.Recycle();
        }
    }

    /// <summary>A process that the hub reaches by messages, as over a channel.</summary>
    private sealed class RemoteProcess : IMessageSender, IHubReceiver
    {
        private readonly Hub _hub;

        internal RemoteProcess(Hub hub, int number)
        {
            _hub = hub;
            Client = hub.Open(number, number, $"p{number}", this);
            Port = new ChannelHubPort(this, number, string.Empty);
        }

        internal HubClient Client { get; }

        internal ChannelHubPort Port { get; }

        internal Action? BeforeNotice { get; set; }

        public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) => Send(kind, id, payload);

        public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Post(kind, id, payload, null);

        public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) => false;

        private void Send(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
        {
            if (kind == MessageKind.Request)
            {
                _hub.Execute(Client, id, payload);
            }
            else
            {
                BeforeNotice?.Invoke();
                HubRouter.Notice(_hub, Client, payload);
            }
        }

        public bool Deliver(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
        {
            Port.OnReply(kind, id, payload.Span);
            return false;
        }
    }
}
