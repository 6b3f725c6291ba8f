using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using Xunit;

namespace ProcConcurrency.Units.Remote;

/// <summary>How many hosts are connected to at a time, in all and through one jump host.</summary>
[Collection("ssh")]
public sealed class PlacesTests : IDisposable
{
    private readonly CancellationTokenSource _late = new(TimeSpan.FromSeconds(60));

    public void Dispose() => _late.Dispose();

    [Fact]
    public void There_are_so_many_and_each_comes_back_once()
    {
        using var places = new Places(2);
        var first = places.TryTake();
        Assert.NotNull(first);
        Assert.NotNull(places.TryTake());
        Assert.Null(places.TryTake());
        first.Dispose();
        first.Dispose();
        Assert.NotNull(places.TryTake());
        Assert.Null(places.TryTake());
    }

    [Fact]
    public void One_that_is_held_for_long_holds_up_nobody()
    {
        var places = new Places(1, lease: TimeSpan.FromMilliseconds(50));
        using var first = places.Take(_late.Token);
        using var second = places.Take(_late.Token);
        using var third = places.Take(_late.Token);
    }

    [Fact]
    public void A_dead_host_holds_up_those_behind_it_for_less_than_its_time_limit()
    {
        var places = Places.ForHosts(1);
        using var dead = places.Take(_late.Token);
        using var next = places.Take(_late.Token);
    }

    [Fact]
    public void Who_waits_for_one_can_be_stopped()
    {
        using var places = new Places(1);
        using var held = places.Take(_late.Token);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() => places.Take(stop.Token));
    }

    [Fact]
    public void Eight_connect_through_one_jump_host_and_as_many_through_another()
    {
        Assert.SkipWhen(!SshIsThere(), "There is no ssh.");
        var name = $"gate-{Guid.NewGuid():N}";
        var gate = ConnectGate.Through($"proxyjump {name}");

        // A place is lent for seconds, and to ask ssh may take them.
        var jump = ConnectGate.To(SshConfiguration.Of(Behind($"ProxyJump={name}"), _late.Token))!;
        var command = ConnectGate.To(SshConfiguration.Of(Behind($"ProxyCommand={name} %h %p"), _late.Token));
        for (var i = 0; i < 7; i++)
        {
            Assert.NotNull(gate.TryTake());
        }

        var last = jump.Take(_late.Token);
        Assert.Null(gate.TryTake());
        last.Dispose();
        Assert.NotNull(gate.TryTake());
        Assert.Null(gate.TryTake());
        Assert.NotNull(command?.TryTake());
        Assert.Null(ConnectGate.To(SshConfiguration.Of(Behind("ProxyCommand=none"), _late.Token)));
    }

    [Fact]
    public void One_that_says_nothing_behind_a_jump_host_holds_up_nobody()
    {
        var gate = ConnectGate.Through($"proxyjump gate-{Guid.NewGuid():N}");
        for (var i = 0; i < 9; i++)
        {
            _ = gate.Take(_late.Token);
        }
    }

    private static RemoteTarget Behind(string way) => RemoteTarget.Parse("127.0.0.2") with { Options = way };

    private static bool SshIsThere() =>
        Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator), static folder => File.Exists(Path.Combine(folder, "ssh")));
}
