using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>What becomes of a batch that its worker doesn't begin.</summary>
public sealed class BeginRuleTests
{
    [Fact]
    public void BatchThatIsNotBegunGoesToOthersUnharmed()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open(), new TaskOptions { Timeout = TimeSpan.FromSeconds(3) });
        var stopped = bench.Start()[0];
        bench.Pass(29_999);
        Assert.Equal(0, stopped.Recalls);
        bench.Pass(1);
        Assert.Equal(1, stopped.Recalls);
        bench.Pass(499);
        Assert.False(stopped.WasKilled);
        bench.Pass(1);
        Assert.True(stopped.WasKilled);
        stopped.Die();
        bench.Start()[0].Do();
        Assert.Equal((PoolTaskState.Done, 1), (task.State, task.Attempts));
        Assert.Empty(task.Crashes);
        Assert.Null(bench.Scheduler.Failure);
    }

    [Fact]
    public void WorkerThatGivesBackWhatItHangsInGetsNoMore()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open(), new TaskOptions { Timeout = TimeSpan.FromSeconds(60) });
        var stuck = bench.Start()[0];
        bench.Pass(60_000);
        stuck.Owner.OnReturned(1);
        Assert.True(stuck.WasKilled);
        Assert.Single(stuck.Batches);
        bench.Start()[0].Do();
        stuck.Die();
        Assert.Equal((PoolTaskState.Done, 1), (task.State, task.Attempts));
    }

    [Fact]
    public void WorkerThatBeginsLateAfterAllGoesOn()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open(), new TaskOptions { Timeout = TimeSpan.FromSeconds(3) });
        var slow = bench.Start()[0];
        bench.Pass(30_000);
        slow.Begin();
        slow.Owner.OnReturned(0);
        bench.Pass(1000);
        Assert.False(slow.WasKilled);
        slow.Finish();
        Assert.Equal((PoolTaskState.Done, 1), (task.State, task.Attempts));
    }

    [Fact]
    public void SetUpThatIsSlowEverywhereIsGivenEverMoreTime()
    {
        using var bench = new SchedulerBench(2);
        var group = bench.Open();
        var options = new TaskOptions { Timeout = TimeSpan.FromSeconds(3), BatchSize = 1 };
        bench.Add(group, options);
        bench.Add(group, options);
        var workers = bench.Start();
        bench.Pass(30_000);
        Assert.Single(workers, static worker => worker.Recalls > 0);
        bench.Pass(29_999);
        Assert.Single(workers, static worker => worker.Recalls > 0);
        bench.Pass(1);
        Assert.All(workers, static worker => Assert.Equal(1, worker.Recalls));
    }

    [Fact]
    public void BatchWithoutATimeLimitMayTakeAnyTimeToBegin()
    {
        using var bench = new SchedulerBench(1);
        bench.Add(bench.Open());
        var worker = bench.Start()[0];
        bench.Pass(3_600_000);
        Assert.Equal(0, worker.Recalls);
        Assert.False(worker.WasKilled);
    }
}
