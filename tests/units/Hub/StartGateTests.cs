using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>The hub's places for children that come up.</summary>
public sealed class StartGateTests
{
    private static readonly int s_places = Math.Max(2, Environment.ProcessorCount * 3 / 2);

    [Fact]
    public void Places_are_given_in_order_and_no_more_than_there_are()
    {
        var hub = new Hub(HubKinds.Create);
        var process = new FakeProcess(hub, 1);
        Fill(process);
        var second = process.Send(HubOperation.Enter, HubProtocol.StartGate);
        var third = process.Send(HubOperation.Enter, HubProtocol.StartGate);
        Assert.Empty(process.Take());
        process.Send(HubOperation.Exit, HubProtocol.StartGate);
        Assert.Equal([second], Granted(process));
        process.Send(HubOperation.Exit, HubProtocol.StartGate);
        Assert.Equal([third], Granted(process));
        Assert.Equal(0, hub.ObjectCount);
    }

    [Fact]
    public void A_place_of_a_process_that_dies_goes_to_the_next_and_a_canceled_wait_gets_none()
    {
        var hub = new Hub(HubKinds.Create);
        var (holder, waiter) = (new FakeProcess(hub, 1), new FakeProcess(hub, 2));
        Fill(holder);
        var first = waiter.Send(HubOperation.Enter, HubProtocol.StartGate);
        var second = waiter.Send(HubOperation.Enter, HubProtocol.StartGate);
        waiter.Cancel(first, forGood: true);
        Assert.False(waiter.Take().Single(reply => reply.Id == first).Reader().Flag());
        holder.Die(0);
        Assert.Equal([second], Granted(waiter));
    }

    [Fact]
    public void A_place_that_is_not_given_back_counts_no_more_after_a_while_and_its_late_return_frees_none()
    {
        var hub = new Hub(HubKinds.Create) { StartLease = TimeSpan.FromMilliseconds(100) };
        var (stuck, waiter) = (new FakeProcess(hub, 1), new FakeProcess(hub, 2));
        Fill(stuck);
        var next = waiter.Send(HubOperation.Enter, HubProtocol.StartGate);
        uint[] granted = [];
        Assert.True(SpinWait.SpinUntil(() => (granted = Granted(waiter)).Length > 0, TimeSpan.FromSeconds(60)));
        Assert.Equal([next], granted);
        stuck.Send(HubOperation.Exit, HubProtocol.StartGate);
        Assert.DoesNotContain(waiter.Take(), static reply => reply.Reader().Flag());
    }

    [Fact]
    public void It_is_in_no_list_and_nobody_takes_it_away()
    {
        var port = new LocalHubPort(new Hub(HubKinds.Create), 1, "a");
        Assert.Empty(ProcObjectInfo.List(port));
        Assert.Throws<ArgumentException>(() => port.Call(port.Request(HubOperation.Remove, HubProtocol.StartGate)));
        port.SendReference(HubNotice.AddReference, HubProtocol.StartGate);
        port.SendReference(HubNotice.ReleaseReference, HubProtocol.StartGate);
        Assert.True(port.Call(port.Request(HubOperation.Enter, HubProtocol.StartGate)).Read().Flag());
    }

    private static void Fill(FakeProcess process)
    {
        for (var i = 0; i < s_places; i++)
        {
            process.Send(HubOperation.Enter, HubProtocol.StartGate);
        }

        Assert.Equal(s_places, Granted(process).Length);
    }

    private static uint[] Granted(FakeProcess process) =>
        [.. process.Take().Where(static reply => reply.Reader().Flag()).Select(static reply => reply.Id)];
}
