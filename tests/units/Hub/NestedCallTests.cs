using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>
/// A caller that waits, and whose callback waits meanwhile for the same: the callback's call has to be served first, for the caller
/// can't go on before it.
/// </summary>
public sealed class NestedCallTests
{
    private readonly Hub _hub = new(HubKinds.Create);
    private readonly FakeProcess _holder;
    private readonly FakeProcess _waiter;

    public NestedCallTests() => (_holder, _waiter) = (new FakeProcess(_hub, 1), new FakeProcess(_hub, 2));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lock_goes_to_the_callback_first(bool recursive)
    {
        var gate = _holder.Create(HubObjectKind.Lock, writer => writer.Flag(recursive));
        _holder.Send(HubOperation.Enter, gate);
        var outer = _waiter.Send(HubOperation.Enter, gate);
        var other = _waiter.Send(HubOperation.Enter, gate, caller: 2);
        var inner = _waiter.Send(HubOperation.Enter, gate);
        _holder.Send(HubOperation.Exit, gate);
        Assert.Equal([inner], Answered());
        _waiter.Send(HubOperation.Exit, gate);
        Assert.Contains(outer, Answered());
        _waiter.Send(HubOperation.Exit, gate);
        Assert.Contains(other, Answered());
    }

    [Fact]
    public void A_place_goes_to_the_callback_first()
    {
        var places = _holder.Create(HubObjectKind.Semaphore, static writer => writer.Int32(1).Flag(true));
        _holder.Send(HubOperation.Enter, places);
        var outer = _waiter.Send(HubOperation.Enter, places);
        var inner = _waiter.Send(HubOperation.Enter, places);
        _holder.Send(HubOperation.Exit, places, static writer => writer.Int32(1));
        Assert.Equal([inner], Answered());
        _waiter.Send(HubOperation.Exit, places, static writer => writer.Int32(1));
        Assert.Contains(outer, Answered());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_woken_caller_has_its_lock_back_after_its_callback(bool isWokenFirst)
    {
        var (gate, condition) = Condition();
        var outer = Wait(gate, condition);
        _holder.Send(HubOperation.Enter, gate);
        var inner = isWokenFirst ? 0 : _waiter.Send(HubOperation.Enter, gate);
        _holder.Send(HubOperation.Notify, condition, static writer => writer.Int32(1));
        inner = isWokenFirst ? _waiter.Send(HubOperation.Enter, gate) : inner;
        _holder.Send(HubOperation.Exit, gate);
        Assert.Equal([inner], Answered());
        _waiter.Send(HubOperation.Exit, gate);
        Assert.Contains(outer, Answered());
    }

    [Fact]
    public void A_signal_wakes_the_callback_first()
    {
        var (gate, condition) = Condition();
        var outer = Wait(gate, condition);
        var inner = Wait(gate, condition);
        _holder.Send(HubOperation.Enter, gate);
        _holder.Send(HubOperation.Notify, condition, static writer => writer.Int32(1));
        _holder.Send(HubOperation.Exit, gate);
        Assert.Equal([inner], Answered());
        _waiter.Send(HubOperation.Notify, condition, static writer => writer.Int32(1));
        _waiter.Send(HubOperation.Exit, gate);
        Assert.Contains(outer, Answered());
    }

    private (long Lock, long Condition) Condition()
    {
        var gate = _holder.Create(HubObjectKind.Lock, static writer => writer.Flag(true));
        return (gate, _holder.Create(HubObjectKind.Condition, writer => writer.Int64(gate)));
    }

    private uint Wait(long gate, long condition)
    {
        _waiter.Send(HubOperation.Enter, gate);
        var waiting = _waiter.Send(HubOperation.Wait, condition);
        _waiter.Take();
        return waiting;
    }

    private List<uint> Answered() => [.. _waiter.Take().Select(static reply => reply.Id)];
}
