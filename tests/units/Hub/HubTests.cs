using System.Text;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Sync;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Which objects a hub has: made, found by name, counted, dropped.</summary>
public sealed class HubTests
{
    private readonly Hub _hub = new(HubKinds.Create);

    [Fact]
    public void A_request_that_breaks_a_rule_takes_no_answer_of_others_along()
    {
        var hub = new Hub(HubKinds.Create);
        var (receiver, sender) = (new FakeProcess(hub, 1), new FakeProcess(hub, 2));
        var queue = receiver.Create(HubObjectKind.Queue, static writer => writer.Byte((byte)QueueKind.Priority).Int32(0).Flag(false));
        var waiting = receiver.Send(HubOperation.Receive, queue, static writer => writer.Int32(1).Int32(0));
        Assert.Throws<ProtocolException>(() => sender.Send(HubOperation.Send, queue, static writer => writer.Int32(2).Value(new StoredValue(7)).Int64(0)));
        Assert.Equal(waiting, Assert.Single(receiver.Take()).Id);
    }

    [Fact]
    public void What_the_hub_has_no_means_for_ends_the_request_alone()
    {
        var hub = new Hub(static (Hub _, HubObjectIdentity _, ref PayloadReader _) => throw new IOException("Too many open files."));
        var asking = new FakeProcess(hub, 1);
        asking.Send(HubOperation.Create, 0, static writer => writer.Byte((byte)HubObjectKind.Lock).Text(null));
        var reply = Assert.Single(asking.Take());
        Assert.Equal(HubFault.InvalidArgument, reply.Fault);
        Assert.Contains("Too many open files.", Encoding.UTF8.GetString(reply.Payload), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_waits_with_one_number_break_a_rule_and_leave_no_waiter_behind()
    {
        var port = new LocalHubPort(_hub, 1, "a");
        var door = ProcEvent.Create(port, name: "door");
        var twice = new FakeProcess(_hub, 2);
        var wait = new PayloadWriter().Int64(2).Byte((byte)HubOperation.Wait).Int64(door.Id).Int32(1).Byte(0);
        _hub.Execute(twice.Client, 7, wait.Written);
        Assert.Throws<ProtocolException>(() => _hub.Execute(twice.Client, 7, wait.Written));
        twice.Die(null);
        Assert.Equal(0, Assert.Single(ProcObjectInfo.List(port)).Waiters);
    }

    [Fact]
    public void A_name_opens_what_is_there()
    {
        var port = new LocalHubPort(_hub, 1, "a");
        var one = ProcLock.Create(port, name: "printer");
        var two = ProcLock.Create(port, name: "PRINTER");
        Assert.Equal(one, two);
        Assert.Equal(1, _hub.ObjectCount);
        var error = Assert.Throws<NameInUseException>(() => ProcEvent.Create(port, name: "printer"));
        Assert.Contains("printer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_handle_refers_to_is_dropped_and_a_name_keeps()
    {
        var owner = new FakeProcess(_hub, 1);
        var other = new FakeProcess(_hub, 2);
        var id = owner.Create(HubObjectKind.Event, static writer => writer.Flag(false));
        owner.Create(HubObjectKind.Event, static writer => writer.Flag(false), "named");
        _hub.AddReference(other.Client, id);
        owner.Die(0);
        Assert.Equal(2, _hub.ObjectCount);
        _hub.ReleaseReference(other.Client, id);
        Assert.Equal(1, _hub.ObjectCount);
        other.Send(HubOperation.Wait, id);
        Assert.Equal(HubFault.ObjectGone, other.Take()[0].Fault);
    }

    [Fact]
    public void What_a_stored_value_mentions_lives_as_long_as_the_value()
    {
        var owner = new FakeProcess(_hub, 1);
        var inner = owner.Create(HubObjectKind.Lock, static writer => writer.Flag(false));
        var outer = owner.Create(HubObjectKind.Value, writer => writer.Value(new StoredValue(new byte[] { 1 }, [inner], null)));
        _hub.ReleaseReference(owner.Client, inner);
        Assert.Equal(2, _hub.ObjectCount);
        owner.Send(HubOperation.Put, outer, static writer => writer.Value(new StoredValue(1)));
        Assert.Equal(1, _hub.ObjectCount);
    }

    [Fact]
    public void What_an_answer_mentions_lives_until_its_receiver_gives_it_back_or_dies()
    {
        var owner = new FakeProcess(_hub, 1);
        var taker = new FakeProcess(_hub, 2);
        var inner = owner.Create(HubObjectKind.Lock, static writer => writer.Flag(false));
        var queue = owner.Create(HubObjectKind.Queue, static writer => writer.Byte(0).Int32(0).Flag(false));
        for (var i = 0; i < 2; i++)
        {
            owner.Send(HubOperation.Send, queue, writer => writer.Int32(1).Value(new StoredValue(new byte[] { 1 }, [inner], null)).Int64(0));
        }

        _hub.ReleaseReference(owner.Client, inner);
        taker.Send(HubOperation.Receive, queue, static writer => writer.Int32(1));
        Assert.Equal([inner], taker.Take()[^1].Mentioned);
        taker.Send(HubOperation.Receive, queue, static writer => writer.Int32(1));
        Assert.Equal([inner], taker.Take()[^1].Mentioned);
        _hub.ReleaseReference(taker.Client, inner);
        Assert.Equal(2, _hub.ObjectCount);
        taker.Die(-9);
        Assert.Equal(1, _hub.ObjectCount);
    }

    [Fact]
    public void A_handle_that_is_collected_gives_its_object_back()
    {
        var port = new LocalHubPort(_hub, 1, "a");
        MakeAndForget(port);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return _hub.ObjectCount == 0;
            },
            TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Removing_an_object_ends_what_waits_for_it()
    {
        var owner = new FakeProcess(_hub, 1);
        var waiter = new FakeProcess(_hub, 2);
        var id = owner.Create(HubObjectKind.Event, static writer => writer.Flag(false), "door");
        waiter.Send(HubOperation.Wait, id);
        owner.Send(HubOperation.Remove, id);
        Assert.Equal(HubFault.ObjectGone, waiter.Take()[0].Fault);
        Assert.Equal(0, _hub.ObjectCount);
        owner.Create(HubObjectKind.Lock, static writer => writer.Flag(false), "door");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_worker_that_dies_breaks_a_barrier_only_where_its_task_uses_it(bool usesIt, bool breaks)
    {
        var owner = new FakeProcess(_hub, 1);
        var worker = new FakeProcess(_hub, 2);
        var barrier = owner.Create(HubObjectKind.Barrier, static writer => writer.Int32(2).Flag(false));
        _hub.AddReference(worker.Client, barrier);
        worker.Send(HubOperation.Join, barrier, static writer => writer.Int32(1));
        worker.Send(HubOperation.Part, barrier, static writer => writer.Int32(1));
        if (usesIt)
        {
            worker.Send(HubOperation.Join, barrier, static writer => writer.Int32(2));
        }

        owner.Send(HubOperation.Wait, barrier);
        worker.Die(-9);
        Assert.Equal(breaks ? HubFault.BarrierBroken : null, owner.Take().SingleOrDefault()?.Fault);
    }

    [Fact]
    public void Removing_a_lock_ends_what_waits_at_its_conditions()
    {
        var owner = new FakeProcess(_hub, 1);
        var (asleep, woken) = (new FakeProcess(_hub, 2), new FakeProcess(_hub, 3));
        var gate = owner.Create(HubObjectKind.Lock, static writer => writer.Flag(false));
        var condition = owner.Create(HubObjectKind.Condition, writer => writer.Int64(gate));
        foreach (var waiter in new[] { woken, asleep })
        {
            waiter.Send(HubOperation.Enter, gate);
            waiter.Send(HubOperation.Wait, condition);
            waiter.Take();
        }

        owner.Send(HubOperation.Enter, gate);
        owner.Send(HubOperation.Notify, condition, static writer => writer.Int32(1));
        owner.Take();
        owner.Send(HubOperation.Remove, gate);
        Assert.Equal(HubFault.ObjectGone, Assert.Single(woken.Take()).Fault);
        Assert.Equal(HubFault.ObjectGone, Assert.Single(asleep.Take()).Fault);
        owner.Take();
        owner.Send(HubOperation.Notify, condition, static writer => writer.Int32(1));
        Assert.Equal(HubFault.ObjectGone, Assert.Single(owner.Take()).Fault);
        asleep.Send(HubOperation.Wait, condition);
        Assert.Equal(HubFault.ObjectGone, Assert.Single(asleep.Take()).Fault);
    }

    [Fact]
    public void The_list_tells_kind_name_owner_and_waiters()
    {
        var port = new LocalHubPort(_hub, 1, "me");
        var printer = ProcLock.Create(port, name: "printer");
        printer.Enter();
        var other = new FakeProcess(_hub, 2);
        other.Send(HubOperation.Enter, printer.Id);
        var info = Assert.Single(ProcObjectInfo.List(port));
        Assert.Equal((printer.Id, HubObjectKind.Lock, "printer", 1), (info.Id, info.Kind, info.Name, info.Waiters));
        Assert.Contains("'me'", info.Owner, StringComparison.Ordinal);
        Assert.True(info.Age > TimeSpan.Zero);
    }

    [Fact]
    public void A_thousand_waits_hold_nobody_up()
    {
        var owner = new FakeProcess(_hub, 1);
        var door = owner.Create(HubObjectKind.Event, static writer => writer.Flag(false));
        var counter = owner.Create(HubObjectKind.Value, static writer => writer.Value(new StoredValue(0)));
        var waiter = new FakeProcess(_hub, 2);
        for (var i = 0; i < 1000; i++)
        {
            waiter.Send(HubOperation.Wait, door, caller: i);
        }

        owner.Take();
        owner.Send(HubOperation.Increment, counter, static writer => writer.Value(new StoredValue(1)));
        Assert.Equal(1, owner.Take()[0].Reader().Value().Number);
        owner.Send(HubOperation.Set, door);
        Assert.Equal(1000, waiter.Take().Count);
    }

    [Fact]
    public void Random_bytes_are_refused_and_change_nothing()
    {
        var owner = new FakeProcess(_hub, 1);
        foreach (var kind in new[] { HubObjectKind.Lock, HubObjectKind.Event })
        {
            owner.Create(kind, static writer => writer.Flag(false));
        }

        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var payload = new byte[random.Next(60)];
            random.NextBytes(payload);
            if (payload.Length > 9 && i % 2 == 0)
            {
                // Half of them begin well.
                payload[8] = (byte)random.Next(1, 45);
                payload.AsSpan(9, Math.Min(8, payload.Length - 9)).Clear();
                payload[9] = (byte)random.Next(4);
            }

            try
            {
                _hub.Execute(owner.Client, (uint)i, payload);
            }
            catch (ProtocolException)
            {
                // What ends the channel that it came through, and nothing else.
            }
        }

        owner.Take();
        var other = new FakeProcess(_hub, 2);
        other.Send(HubOperation.List, 0);
        Assert.Equal(MessageKind.Answer, other.Take()[0].Kind);
    }

    private static void MakeAndForget(LocalHubPort port) => ProcLock.Create(port).Enter();
}
