using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Native;

public sealed class BackgroundTimerTests
{
    [Fact]
    public void It_calls_in_the_order_of_the_times_and_needs_no_thread_of_the_pool()
    {
        using var done = new ManualResetEventSlim();
        var called = new List<(string Name, bool IsOfPool)>();
        void Call(string name)
        {
            called.Add((name, Thread.CurrentThread.IsThreadPoolThread));
        }

        using var last = Background.Timer("last", () =>
        {
            Call("last");
            done.Set();
        });
        using var first = Background.Timer("first", () => Call("first"));
        using var fails = Background.Timer("fails", static () => throw new InvalidOperationException(), _ => Call("fault"));
        using var moved = Background.Timer("moved", () => Call("moved"));
        using var gone = Background.Timer("gone", () => Call("gone"));

        // Far enough away for all to be set before the first is due; the last is set behind the others.
        moved.Set(TimeSpan.FromHours(1));
        gone.Set(TimeSpan.FromMilliseconds(2050));
        gone.Dispose();
        fails.Set(TimeSpan.FromMilliseconds(2000));
        moved.Set(TimeSpan.FromMilliseconds(2125));
        first.Set(TimeSpan.Zero);
        last.Set(TimeSpan.FromMilliseconds(2250));
        Assert.True(done.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal([("first", false), ("fault", false), ("moved", false), ("last", false)], called);
    }
}
