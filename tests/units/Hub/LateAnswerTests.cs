using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Sync;
using ProcConcurrency.Units.Channels;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Calls to a hub whose process is stopped: they end in time, and what is answered later all the same is undone.</summary>
public sealed class LateAnswerTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);
    private static readonly WaitLimit s_stopped = new(null, new CancellationToken(canceled: true));
    private readonly Hub _hub = new(HubKinds.Create);
    private readonly LocalHubPort _local;
    private readonly StoppableHub _remote;

    public LateAnswerTests()
    {
        _local = new LocalHubPort(_hub, 1, "a");
        _remote = new StoppableHub(_hub, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lock_that_is_granted_too_late_is_free(bool isCanceled)
    {
        var gate = ProcLock.Create(_remote.Port, name: "gate");
        _remote.Stop();
        if (isCanceled)
        {
            Assert.Throws<OperationCanceledException>(() => gate.TryEnter(null, new CancellationToken(canceled: true)));
        }
        else
        {
            Assert.False(gate.TryEnter(s_short));
        }

        _remote.Continue();
        Assert.True(ProcLock.Create(_local, name: "gate").TryEnter(s_long));
    }

    [Fact]
    public void Who_has_left_a_call_does_not_meet_what_that_is_granted_late()
    {
        var gate = ProcLock.Create(_remote.Port);
        _remote.Stop();
        Assert.False(gate.TryEnter(s_short));
        var held = _remote.Held.Count;
        var going = Task.Factory.StartNew(
            () =>
            {
                SpinWait.SpinUntil(() => _remote.Held.Count > held, TimeSpan.FromMilliseconds(300));
                _remote.Continue();
            },
            TaskCreationOptions.LongRunning);
        Assert.True(gate.TryEnter(s_long));
        going.Wait(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void That_a_lock_was_abandoned_is_told_to_the_next_who_uses_it()
    {
        var gate = ProcLock.Create(_local, name: "gate");
        var dead = new FakeProcess(_hub, 3);
        dead.Send(HubOperation.Enter, gate.Id);
        var same = ProcLock.Create(_remote.Port, name: "gate");
        _remote.Stop();
        Assert.False(same.TryEnter(s_short));
        dead.Die(-9);
        _remote.Continue();
        Assert.True(gate.TryEnter(s_long));
        Assert.True(gate.WasAbandoned);
        gate.Exit();
        Assert.True(gate.TryEnter());
        Assert.False(gate.WasAbandoned);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_place_that_is_given_too_late_comes_back(bool isHeld)
    {
        var places = ProcSemaphore.Create(_remote.Port, 1, bounded: true, name: "places");
        _remote.Stop();
        Assert.False(places.TryEnter(s_short, isHeld, CancellationToken.None));
        _remote.Continue();
        var same = ProcSemaphore.Create(_local, 1, name: "places");
        Assert.True(same.TryEnter(s_long));
        same.Exit();
        Assert.Equal(1, same.CurrentCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_item_that_is_received_too_late_goes_back(bool isLeased)
    {
        var queue = ProcQueue.Create(_remote.Port, name: "items");
        var same = ProcQueue.Create(_local, name: "items");
        var slot = isLeased ? _remote.Port.Leases.Rent(WaitLimit.None) : 0;
        Assert.Equal(isLeased, slot > 0);
        _remote.Stop();
        List<QueueItem> items = [];
        Assert.Equal(ReceiveOutcome.Nothing, queue.Receive(2, new WaitLimit(s_short, default), items, out _, ref slot));
        Assert.Equal(0, slot);
        same.Send([new(new StoredValue(1), 0), new(new StoredValue(2), 0)], null, CancellationToken.None);
        _remote.Continue();
        foreach (var number in (int[])[1, 2])
        {
            Assert.Equal(ReceiveOutcome.Items, same.Receive(1, new WaitLimit(s_long, default), items, out _));
            Assert.Equal(number, Assert.Single(items).Value.Bits);
        }

        Assert.Equal(2, same.UnfinishedCount);
    }

    [Fact]
    public void What_was_not_sent_in_time_is_never_sent()
    {
        var queue = ProcQueue.Create(_remote.Port);
        _remote.Stop();
        Assert.Equal((0, false), queue.Send([new(new StoredValue(1), 0)], s_short, CancellationToken.None));
        _remote.Continue();
        Assert.Equal(0, queue.Count);
        Assert.Equal((1, false), queue.Send([new(new StoredValue(2), 0)], s_long, CancellationToken.None));
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public void What_waits_for_room_longer_than_its_sender_does_not_come_in()
    {
        var queue = ProcQueue.Create(_local, maxSize: 1);
        Assert.True(queue.Send([new(new StoredValue(1), 0)], null, CancellationToken.None).Sent == 1);
        var sender = new FakeProcess(_hub, 3);
        var until = DateTime.UtcNow + TimeSpan.FromMilliseconds(200);
        var sent = sender.Send(HubOperation.Send, queue.Id, writer => writer.Int64(until.Ticks).Int32(1).Value(new StoredValue(2)).Int64(0), CallFlags.Until);
        Assert.True(SpinWait.SpinUntil(() => DateTime.UtcNow > until, s_long));
        List<QueueItem> items = [];
        Assert.Equal(ReceiveOutcome.Items, queue.Receive(1, new WaitLimit(s_long, default), items, out _));
        Assert.Equal(0, queue.Count);
        var reply = Assert.Single(sender.Take());
        Assert.Equal((sent, 0), (reply.Id, reply.Reader().Int32()));
    }

    [Fact]
    public void A_request_of_which_nothing_has_gone_is_withdrawn()
    {
        var queue = ProcQueue.Create(_remote.Port);
        var slot = _remote.Port.Leases.Rent(WaitLimit.None);
        _remote.Stop(canWithdraw: true);
        Assert.Equal((0, false), queue.Send([new(new StoredValue(1), 0)], s_short, CancellationToken.None));
        Assert.Equal(ReceiveOutcome.Nothing, queue.Receive(2, new WaitLimit(s_short, default), [], out _, ref slot));
        Assert.DoesNotContain(_remote.Held, static message => (HubOperation)message.Payload[HubProtocol.ClientSize] != HubOperation.Settle);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_has_to_go_before_a_call_holds_it_no_longer_than_its_limit(bool isCanceled)
    {
        var gate = ProcLock.Create(_remote.Port);
        WithUnreadRecords((records, read) =>
        {
            if (isCanceled)
            {
                Assert.Throws<OperationCanceledException>(() => gate.TryEnter(null, new CancellationToken(canceled: true)));
            }
            else
            {
                Assert.False(gate.TryEnter(s_short));
            }

            read();
            Assert.True(gate.TryEnter(s_long));
            Assert.True(records.HasGone);
        });
    }

    [Fact]
    public void What_a_late_answer_mentions_is_given_back()
    {
        var list = ProcQueue.Create(_remote.Port, name: "mentions");
        var mentioned = ProcLock.Create(_local);
        var same = ProcQueue.Create(_local, name: "mentions");
        same.Send([new(new StoredValue(new byte[] { 1 }, [mentioned]), 0)], null, CancellationToken.None);
        _remote.Stop();
        Assert.Equal(ReceiveOutcome.Nothing, list.Receive(1, new WaitLimit(s_short, default), [], out _));
        _remote.Continue();
        List<QueueItem> items = [];
        Assert.Equal(ReceiveOutcome.Items, same.Receive(1, new WaitLimit(s_long, default), items, out _));
        Assert.Equal([mentioned.Id], items[0].Value.Objects);
        Assert.False(mentioned.IsHeld);
    }

    [Fact]
    public void What_nobody_undoes_keeps_no_references()
    {
        var queue = ProcQueue.Create(_local);
        var mentioned = ProcLock.Create(_local);
        queue.Send([new(new StoredValue(new byte[] { 1 }, [mentioned]), 0)], null, CancellationToken.None);
        _remote.Stop();
        var request = _remote.Port.Request(HubOperation.Receive, queue.Id).Int32(1).Int32(0);
        Assert.Throws<OperationCanceledException>(() => _remote.Port.Call(request, new WaitLimit(null, new CancellationToken(canceled: true))));
        _remote.Continue();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return ProcObjectInfo.List(_local).Single(info => info.Id == mentioned.Id).References == 1;
            },
            s_long));
        GC.KeepAlive(mentioned);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_end_of_a_pipe_that_comes_too_late_is_there_for_the_next(bool isCanceled)
    {
        var (near, far) = ProcPipe.Create(_remote.Port);
        _remote.Stop();
        if (isCanceled)
        {
            Assert.Throws<OperationCanceledException>(() => near.Poll(null, new CancellationToken(canceled: true)));
        }
        else
        {
            Assert.False(near.Poll(s_short, CancellationToken.None));
            Assert.False(near.TrySendBytes([1], 0, 1, s_short, CancellationToken.None));
        }

        _remote.Continue();
        far.SendBytes([7]);
        Assert.True(near.Poll(s_long, CancellationToken.None));
        Assert.Equal([7], near.ReceiveBytes());
        near.SendBytes([8]);
        Assert.Equal([8], far.ReceiveBytes());
    }

    [Fact]
    public void The_end_of_a_pipe_that_was_closed_meanwhile_is_closed_when_it_comes()
    {
        var end = PipeEnd.Of(_remote.Port, -1);
        Assert.Null(end.Connect(new WaitLimit(s_short, CancellationToken.None), static _ => null));
        end.Close();
        var (near, far) = PipeFixture.Connect();
        Assert.True(end.Keep(near).IsClosed);
        Assert.Throws<PipeClosedException>(() => far.Receive(int.MaxValue, bytesOnly: false, PipeFixture.Soon));
    }

    [Fact]
    public void An_event_and_a_barrier_end_in_time()
    {
        var isSet = ProcEvent.Create(_remote.Port);
        var barrier = ProcBarrier.Create(_remote.Port, 2, null, "meeting");
        _remote.Stop();
        Assert.False(isSet.Wait(s_short));
        Assert.Throws<BarrierBrokenException>(() => barrier.Wait(s_short));
        _remote.Continue();
        Assert.True(barrier.IsBroken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wait_at_a_barrier_of_which_nothing_has_gone_breaks_it(bool isCanceled)
    {
        var barrier = ProcBarrier.Create(_remote.Port, 2);
        _remote.Stop(canWithdraw: true);
        EndWait(barrier, isCanceled);
        _remote.Continue();
        Assert.True(barrier.IsBroken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wait_at_a_barrier_that_can_t_even_begin_breaks_it(bool isCanceled)
    {
        var barrier = ProcBarrier.Create(_remote.Port, 2);
        WithUnreadRecords((_, read) =>
        {
            EndWait(barrier, isCanceled);
            read();
            Assert.True(barrier.IsBroken);
        });
    }

    [Fact]
    public void What_gives_something_back_goes_where_its_caller_is_stopped_too()
    {
        var gate = ProcLock.Create(_remote.Port, name: "gate");
        gate.Enter();
        WithUnreadRecords((_, _) => _remote.Port.Call(_remote.Port.Request(HubOperation.Exit, gate.Id), s_stopped));
        Assert.False(gate.IsHeld);
    }

    [Fact]
    public void What_gives_something_back_does_not_wait_for_what_its_stopped_caller_has_left()
    {
        var gate = ProcLock.Create(_remote.Port, recursive: true, name: "gate");
        gate.Enter();
        _remote.Stop();
        Assert.False(gate.TryEnter(s_short));
        Assert.Throws<OperationCanceledException>(() => _remote.Port.Call(_remote.Port.Request(HubOperation.Exit, gate.Id), s_stopped));
        _remote.Continue();
        Assert.True(ProcLock.Create(_local, name: "gate").TryEnter(s_long));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_hub_holds_is_told_in_time_or_not_at_all(bool canWithdraw)
    {
        _remote.Stop(canWithdraw);
        Assert.Throws<TimeoutException>(() => ProcObjectInfo.List(_remote.Port, s_short));
        _remote.Continue();
        Assert.Empty(ProcObjectInfo.List(_remote.Port, s_long));
        Assert.Empty(ProcObjectInfo.List(_remote.Port, TimeSpan.Zero));
    }

    [Fact]
    public void A_condition_s_lock_is_told_in_time_or_not_at_all()
    {
        _ = ProcCondition.Create(_local, name: "condition");
        var same = ProcCondition.Create(_remote.Port, name: "condition");
        _remote.Stop();
        Assert.Throws<TimeoutException>(() => ProcCondition.LockOf(same, s_short));
        _remote.Continue();
        Assert.True(same.Lock.TryEnter());
    }

    private static void EndWait(ProcBarrier barrier, bool isCanceled)
    {
        if (isCanceled)
        {
            Assert.Throws<OperationCanceledException>(() => barrier.Wait(null, static _ => { }, new CancellationToken(canceled: true)));
        }
        else
        {
            Assert.Throws<BarrierBrokenException>(() => barrier.Wait(s_short));
        }
    }

    /// <summary>Runs something before whose calls records have to go that nobody reads, until it says so.</summary>
    private static void WithUnreadRecords(Action<UnsentMessage, Action> action)
    {
        using var pair = new StreamPair(direct: true);
        using var parent = new Channel(pair.Far, new Collector());
        using var channel = new Channel(pair.Near, new Collector());
        var records = channel.BeginSend(MessageKind.Notice, 1, new byte[8 * 1024 * 1024])!;
        Assert.False(records.HasGone);
        var caller = Environment.CurrentManagedThreadId;
        Session.PrecedeHubRequests(() => Environment.CurrentManagedThreadId == caller && !records.HasGone ? records : null);
        try
        {
            action(records, () => new Thread(parent.ReadToEnd) { IsBackground = true }.Start());
        }
        finally
        {
            Session.PrecedeHubRequests(null);
        }
    }
}
