using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Processes;

public sealed class ChildLinkTests
{
    public ChildLinkTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "It runs /bin/sh.");

    [Fact]
    public void The_end_is_told_though_something_else_holds_the_channel_open()
    {
        // The sleeper has a copy of the channel's far end and of the output.
        var handler = new Handler();
        using var child = Start("sleep 1000 & echo $!; exit 3", handler);
        Assert.True(child.Ended.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));

        // Why the channel ended may be told before what was written.
        var sleeper = child.OutputTail.Split('\n').First(static line => line.Length > 0 && line.All(char.IsAsciiDigit));
        System.Diagnostics.Process.GetProcessById(int.Parse(sleeper, System.Globalization.CultureInfo.InvariantCulture)).Kill();
        Assert.Equal(3, handler.Status?.Code);
    }

    [Fact]
    public void A_handler_that_throws_at_the_end_does_not_keep_the_end_from_who_waits()
    {
        using var child = Start("exit 0", new Handler { AtTheEnd = static () => throw new InvalidOperationException("thrown on purpose") });
        Assert.True(child.Ended.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Many_are_ended_together()
    {
        var children = Enumerable.Range(0, 3).Select(static _ => Start("sleep 1000", new Handler())).ToList();
        ChildLink.End(children, force: true);
        Assert.All(children, static child => Assert.True(child.Ended.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)));
        Assert.All(children, static child => Assert.Equal(-9, child.Exited.Result.Code));
    }

    [Fact]
    public void Those_of_one_machine_are_told_by_one_call()
    {
        var (one, other) = (new Machine(), new Machine());
        ProcessHost.SignalTrees([new HostedProcess(one, 1), new HostedProcess(other, 2), new HostedProcess(one, 3)], force: true);
        Assert.Equal([1, 3], Assert.Single(one.Told));
        Assert.Equal([2], Assert.Single(other.Told));
    }

    private static ChildLink Start(string script, Handler handler) => ChildLink.Start(
        new LaunchSettings("/bin/sh", ["-c", script], "/", new Dictionary<string, string?>()),
        StartPlace.Take(TestContext.Current.CancellationToken),
        handler,
        "test",
        daemon: true);

    private sealed class Machine : ProcessHost
    {
        internal List<IReadOnlyCollection<int>> Told { get; } = [];

        internal override SpawnedProcess Spawn(LaunchSettings settings, CancellationToken canceled) => throw new NotSupportedException();

        internal override void SignalTrees(IReadOnlyCollection<int> processIds, bool force) => Told.Add(processIds);
    }

    private sealed class Handler : IChildHandler
    {
        internal ExitStatus? Status { get; private set; }

        internal Action? AtTheEnd { get; init; }

        public void OnReady(IChildLink child)
        {
        }

        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
        {
        }

        public void OnExited(IChildLink child, ExitStatus status)
        {
            Status = status;
            AtTheEnd?.Invoke();
        }
    }
}
