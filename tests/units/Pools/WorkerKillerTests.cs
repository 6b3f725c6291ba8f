using System.Collections.Concurrent;
using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

public sealed class WorkerKillerTests
{
    [Fact]
    public void ThoseThatComeWhileOthersAreEndedAreEndedTogether()
    {
        // Neither is disposed: the killer's thread may be about to wait when the test is over.
        var mayEnd = new ManualResetEventSlim();
        var rounds = new BlockingCollection<int>();
        var killer = new WorkerKiller(links =>
        {
            rounds.Add(links.Count);
            mayEnd.Wait();
        });
        killer.Add(new FakeLink());
        Assert.Equal(1, Next(rounds));
        for (var i = 0; i < 10; i++)
        {
            killer.Add(new FakeLink());
        }

        mayEnd.Set();
        Assert.Equal(10, Next(rounds));
        killer.Add(new FakeLink());
        Assert.Equal(1, Next(rounds));
    }

    [Fact]
    public void WhoKillsAWorkerDoesNotWaitForItsEnd()
    {
        using var mayEnd = new ManualResetEventSlim();
        using var link = new FakeLink { OnKill = mayEnd.Wait };
        var worker = new PoolWorker([], null!);
        worker.Start((_, _, _) => link, null);
        try
        {
            var killing = new Thread(worker.Kill) { IsBackground = true };
            killing.Start();
            Assert.True(killing.Join(PoolRun.Patience));
        }
        finally
        {
            mayEnd.Set();
        }

        Assert.True(link.Ended.Wait(PoolRun.Patience));
    }

    private static int Next(BlockingCollection<int> rounds)
    {
        Assert.True(rounds.TryTake(out var count, PoolRun.Patience));
        return count;
    }
}
