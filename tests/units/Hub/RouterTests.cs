using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Shared;
using ProcConcurrency.Runtime.Sync;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Messages between a hub and processes two levels below it, without processes.</summary>
public sealed class RouterTests
{
    private readonly Hub _hub = new(HubKinds.Create);
    private readonly HubRouter _root;
    private readonly Link _child;
    private readonly HubRouter _middle;
    private readonly Up _up;
    private readonly Link _grandchild;

    public RouterTests()
    {
        _root = new HubRouter(_hub);
        _child = new Link(10, 1000, "child");
        _up = new Up(_root, _child);
        _middle = new HubRouter(_up);
        _grandchild = new Link(20, 2000, "grandchild");
        _child.Down = (kind, id, payload, descriptor) => _middle.FromAbove(kind, id, payload, descriptor);
    }

    [Fact]
    public void A_grandchild_s_calls_reach_the_hub_and_their_answers_come_back()
    {
        var port = GrandchildPort();
        var gate = ProcLock.Create(port);
        gate.Enter();
        Assert.True(gate.IsHeld);
        Assert.Contains("'grandchild' (2000)", Assert.Single(ProcObjectInfo.List(port)).Owner, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grandchild_s_death_is_told_upwards_with_its_exit_code()
    {
        var gate = ProcLock.Create(GrandchildPort(), name: "gate");
        gate.Enter();
        _middle.LinkClosed(_grandchild, -9);
        var mine = ProcLock.Create(new LocalHubPort(_hub, 1, "root"), name: "gate");
        Assert.True(mine.TryEnter());
        Assert.Equal(new ProcessDeath(2000, "grandchild", -9), mine.AbandonedBy);
    }

    [Fact]
    public void With_a_child_goes_what_it_passed_on_for()
    {
        var gate = ProcLock.Create(GrandchildPort(), name: "gate");
        gate.Enter();
        _root.LinkClosed(_child, 1);
        var mine = ProcLock.Create(new LocalHubPort(_hub, 1, "root"), name: "gate");
        Assert.True(mine.TryEnter());
        Assert.Null(mine.AbandonedBy!.ExitCode);
    }

    [Fact]
    public void A_process_can_t_speak_for_another_one()
    {
        _ = ProcLock.Create(GrandchildPort());
        var stranger = new Link(30, 3000, "stranger");
        var forged = new PayloadWriter().Int64(20).Byte((byte)HubOperation.List).Int64(0).Int32(0).Byte(0).Written.ToArray();
        Assert.Throws<ProtocolException>(() => _root.FromBelow(stranger, MessageKind.Request, 1, forged));
        var unknown = new PayloadWriter().Int64(99).Byte((byte)HubOperation.List).Int64(0).Int32(0).Byte(0).Written.ToArray();
        Assert.Throws<ProtocolException>(() => _root.FromBelow(stranger, MessageKind.Request, 1, unknown));
        Assert.Throws<ProtocolException>(() => _root.FromBelow(stranger, MessageKind.Request, 1, [1, 2]));
    }

    [Fact]
    public void The_end_of_a_wait_or_a_process_stays_behind_its_requests()
    {
        var up = new Recorder();
        var router = new HubRouter(up);
        router.FromBelow(_grandchild, MessageKind.Request, 1, new PayloadWriter().Int64(20).Byte((byte)HubOperation.List).Written.ToArray());
        foreach (var notice in (HubNotice[])[HubNotice.AddReference, HubNotice.Cancel])
        {
            router.FromBelow(_grandchild, MessageKind.Notice, HubProtocol.NoticeId, new PayloadWriter().Int64(20).Byte((byte)notice).Int64(1).Flag(true).Written.ToArray());
        }

        router.LinkClosed(_grandchild, 0);
        Assert.Equal([HubNotice.Cancel, HubNotice.Closed], up.InOrder);
    }

    [Fact]
    public void What_could_not_go_up_in_time_does_not_lie_in_the_process_between()
    {
        var port = GrandchildPort();
        var gate = ProcLock.Create(port);
        var queue = ProcQueue.Create(port);
        _up.IsFull = true;
        Assert.Equal((0, false), queue.Send([new(new StoredValue(1), 0)], TimeSpan.FromMilliseconds(20), CancellationToken.None));
        Assert.False(gate.TryEnter(TimeSpan.FromMilliseconds(20)));
        Assert.Throws<OperationCanceledException>(() => gate.TryEnter(null, new CancellationToken(canceled: true)));
        Assert.Empty(_up.Held);
        _up.IsFull = false;
        Assert.True(gate.TryEnter());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wait_at_a_barrier_that_is_taken_back_breaks_it(bool isCanceled)
    {
        var barrier = ProcBarrier.Create(GrandchildPort(), 2);
        _up.IsFull = true;
        if (isCanceled)
        {
            Assert.Throws<OperationCanceledException>(() => barrier.Wait(null, static _ => { }, new CancellationToken(canceled: true)));
        }
        else
        {
            Assert.Throws<BarrierBrokenException>(() => barrier.Wait(TimeSpan.FromMilliseconds(20)));
        }

        _up.IsFull = false;
        Assert.True(barrier.IsBroken);
    }

    [Fact]
    public void Where_a_link_on_the_way_carries_bytes_alone_no_descriptor_is_sent()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows passes no descriptors.");
        _ = ProcArray.Create(new LocalHubPort(_hub, 1, "root"), typeof(int), 3, "array");
        _grandchild.CarriesDescriptors = false;
        var port = PortBelowTheGrandchild();
        Assert.Equal(3, ProcArray.Create(port, typeof(int), 3, "array").Length);
        var (end, _) = ProcPipe.Create(port);
        Assert.Contains("bytes alone", Assert.Throws<ArgumentException>(() => end.Poll(TimeSpan.Zero, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_all_links_on_the_way_carry_descriptors_they_arrive()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows passes no descriptors.");
        var (end, _) = ProcPipe.Create(PortBelowTheGrandchild());
        Assert.False(end.Poll(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public void A_descriptor_that_can_t_go_on_becomes_a_fault_of_its_request_alone()
    {
        _grandchild.CarriesDescriptors = false;
        _ = ProcLock.Create(GrandchildPort());
        var sent = new List<(MessageKind Kind, uint Id)>();
        _grandchild.Down = (kind, id, _, _) => sent.Add((kind, id));
        var descriptor = File.OpenHandle(typeof(RouterTests).Assembly.Location);
        _middle.FromAbove(MessageKind.Answer, 7, new PayloadWriter().Int64(20).Written, descriptor);
        Assert.True(descriptor.IsClosed);
        Assert.Equal([(MessageKind.Fault, 7u)], sent);
    }

    [Fact]
    public void A_process_of_the_session_knows_its_hub_without_asking_it()
    {
        HubEnvironment.Factory = HubKinds.Create;
        _up.IsFull = true;
        Assert.Equal(Session.Current.Hub.HubId(), GrandchildPort().HubId());
        Assert.Empty(_up.Held);
    }

    private ChannelHubPort GrandchildPort()
    {
        var port = new ChannelHubPort(new Up(_middle, _grandchild), 20, string.Empty);
        _grandchild.Down = port.OnReply;
        return port;
    }

    private ChannelHubPort PortBelowTheGrandchild()
    {
        var below = new Link(30, 3000, "below");
        var last = new HubRouter(new Up(_middle, _grandchild));
        _grandchild.Down = (kind, id, payload, descriptor) => last.FromAbove(kind, id, payload, descriptor);
        var port = new ChannelHubPort(new Up(last, below), 30, string.Empty);
        below.Down = port.OnReply;
        return port;
    }

    private delegate void Receive(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor);

    /// <summary>A process below a router; what is sent to it goes on to what stands for that process.</summary>
    private sealed class Link(long clientId, int processId, string name) : IHubLink
    {
        public long ClientId => clientId;

        public int ProcessId => processId;

        public string Name => name;

        public bool CarriesDescriptors { get; set; } = !OperatingSystem.IsWindows();

        internal Receive? Down { get; set; }

        public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor)
        {
            if (descriptor is not null && !CarriesDescriptors)
            {
                // As a channel does.
                throw new PlatformNotSupportedException();
            }

            Down?.Invoke(kind, id, payload, descriptor);
        }

        public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Post(kind, id, payload, null);

        public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) => false;
    }

    /// <summary>Keeps which notices may overtake nothing.</summary>
    private sealed class Recorder : IMessageSender
    {
        internal List<HubNotice> InOrder { get; } = [];

        public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) => descriptor?.Dispose();

        public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => InOrder.Add((HubNotice)payload[HubProtocol.ClientSize]);

        public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) => false;
    }

    /// <summary>What such a process sends upwards.</summary>
    private sealed class Up(HubRouter above, Link self) : IMessageSender
    {
        /// <summary>Whether nothing can go. What is held goes when it can.</summary>
        internal bool IsFull
        {
            get;
            set
            {
                field = value;
                for (; !value && Held.Count > 0; Held.RemoveAt(0))
                {
                    above.FromBelow(self, Held[0].Kind, Held[0].Id, Held[0].Payload);
                }
            }
        }

        internal List<(MessageKind Kind, uint Id, byte[] Payload)> Held { get; } = [];

        public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor)
        {
            if (IsFull)
            {
                Held.Add((kind, id, payload.ToArray()));
            }
            else
            {
                above.FromBelow(self, kind, id, payload, descriptor);
            }
        }

        public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Post(kind, id, payload, null);

        public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) =>
            Held.RemoveAll(message => message.Kind == kind && message.Id == id) == 1;
    }
}
