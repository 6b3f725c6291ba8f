using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Sync;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Waits that run out or are stopped, against hand-offs that come at the same moment.</summary>
public sealed class HandoffTests
{
    private readonly LocalHubPort _port = new(new Hub(HubKinds.Create), 1, "a");

    [Fact]
    public void A_wait_that_runs_out_never_swallows_the_lock()
    {
        var gate = ProcLock.Create(_port);
        var inside = 0;
        var entered = 0;
        var threads = Enumerable.Range(0, 6).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                if (gate.TryEnter(TimeSpan.FromMicroseconds(i % 50)))
                {
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                    Interlocked.Increment(ref entered);
                    Interlocked.Decrement(ref inside);
                    gate.Exit();
                }
            }
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        Assert.True(entered > 0);
        Assert.True(gate.TryEnter());
    }

    [Fact]
    public void A_place_whose_return_is_refused_stays_its_holders()
    {
        var hub = new Hub(HubKinds.Create);
        var owner = new FakeProcess(hub, 1);
        var holder = new FakeProcess(hub, 2);
        var places = owner.Create(HubObjectKind.Semaphore, static writer => writer.Int32(2).Flag(true));
        holder.Send(HubOperation.Enter, places, flags: CallFlags.Held);
        holder.Send(HubOperation.Exit, places, static writer => writer.Int32(2), CallFlags.Held);
        holder.Die(-9);
        owner.Send(HubOperation.Enter, places, flags: CallFlags.NoWait);
        owner.Send(HubOperation.Enter, places, flags: CallFlags.NoWait);
        Assert.All(owner.Take(), static reply => Assert.Equal(EnterOutcome.Entered, (EnterOutcome)reply.Reader().Byte()));
    }

    [Fact]
    public void A_stopped_wait_never_swallows_a_place()
    {
        var places = ProcSemaphore.Create(_port, 1);
        var threads = Enumerable.Range(0, 4).Select(number => new Thread(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                using var stop = new CancellationTokenSource(TimeSpan.FromMicroseconds(30 * (i % 20)));
                try
                {
                    if (places.TryEnter(null, held: number % 2 == 0, stop.Token))
                    {
                        places.Exit(1, held: number % 2 == 0);
                    }
                }
                catch (OperationCanceledException)
                {
                    // It has not got the place, or has given it back.
                }
            }
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        Assert.Equal(1, places.CurrentCount);
    }

    [Fact]
    public void A_wake_up_that_meets_a_stopped_caller_goes_to_the_next_with_all_of_the_lock()
    {
        var gate = ProcLock.Create(_port, recursive: true);
        var condition = ProcCondition.Create(_port, gate);
        using var mayForgo = new ManualResetEventSlim();
        var threads = new List<Task<bool>>();
        foreach (var isStopped in new[] { true, false })
        {
            threads.Add(Task.Factory.StartNew(
                () =>
                {
                    gate.Enter();
                    gate.Enter();
                    var woken = condition.Wait(TimeSpan.FromSeconds(30));
                    if (isStopped)
                    {
                        // As a wait does that is granted and stopped in one moment.
                        mayForgo.Wait();
                        gate.ReleaseUnused();
                    }

                    return woken;
                },
                TaskCreationOptions.LongRunning));
            Assert.True(SpinWait.SpinUntil(() => ProcObjectInfo.List(_port)[1].Waiters == threads.Count, TimeSpan.FromSeconds(30)));
        }

        gate.Enter();
        Assert.Equal(1, condition.Notify());
        gate.Exit();
        mayForgo.Set();
        Assert.True(threads[0].Result);
        Assert.True(threads[1].Result);
    }

    [Fact]
    public void A_stop_ends_a_wait_with_an_exception()
    {
        var door = ProcEvent.Create(_port);
        using var stop = new CancellationTokenSource();
        var waiting = Task.Factory.StartNew(() => door.Wait(null, stop.Token), TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => ProcObjectInfo.List(_port)[0].Waiters == 1, TimeSpan.FromSeconds(30)));
        stop.Cancel();
        Assert.IsType<OperationCanceledException>(Assert.Throws<AggregateException>(waiting.Wait).InnerException);
        Assert.Equal(0, ProcObjectInfo.List(_port)[0].Waiters);
    }

    [Fact]
    public void A_condition_out_of_time_comes_back_with_its_lock()
    {
        var condition = ProcCondition.Create(_port);
        condition.Lock.Enter();
        Assert.False(condition.Wait(TimeSpan.FromMilliseconds(20)));
        Assert.Equal(0, condition.NotifyAll());
        condition.Lock.Exit();
        Assert.Throws<LockNotHeldException>(() => condition.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void Whoever_waited_longest_is_next()
    {
        var gate = ProcLock.Create(_port);
        gate.Enter();
        var order = new List<int>();
        var threads = new List<Thread>();
        for (var i = 0; i < 8; i++)
        {
            var number = i;
            threads.Add(new Thread(() =>
            {
                gate.Enter();
                order.Add(number);
                gate.Exit();
            }));
            threads[i].Start();
            Assert.True(SpinWait.SpinUntil(() => ProcObjectInfo.List(_port)[0].Waiters == number + 1, TimeSpan.FromSeconds(30)));
        }

        gate.Exit();
        threads.ForEach(static thread => thread.Join());
        Assert.Equal(Enumerable.Range(0, 8), order);
    }
}
