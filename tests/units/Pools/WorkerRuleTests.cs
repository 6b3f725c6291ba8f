using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>How many workers there are, and when one ends.</summary>
public sealed class WorkerRuleTests
{
    private static readonly TaskOptions s_pairs = new() { BatchSize = 2 };

    [Fact]
    public void GroupHasNoMoreWorkersThanItMay()
    {
        using var bench = new SchedulerBench(4);
        var group = bench.Open(maxWorkers: 2);
        bench.AddBatch(group, size: 1, count: 6);

        var workers = bench.Start();
        Assert.Equal(2, workers.Count);
        bench.Add(bench.Open());
        Assert.Single(bench.Start());
        workers[0].Do();
        Assert.Equal(2, workers[0].Batches.Count);
    }

    [Fact]
    public void PoolGrowsAndShrinksWhileItRuns()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        bench.AddBatch(group, size: 1, count: 20);

        var workers = bench.Start();
        Assert.Single(workers);
        bench.Scheduler.Size = 4;
        workers.AddRange(bench.Start());
        Assert.Equal(4, workers.Count);
        bench.Scheduler.Size = 2;
        workers.ForEach(static worker => worker.Do());
        Assert.Equal(2, workers.Count(static worker => worker.WasEnded));
        Assert.DoesNotContain(workers, static worker => worker.WasKilled);
        Assert.Empty(bench.Start());
    }

    [Fact]
    public void IdleWorkersEndAtOnceWhereThereIsNoMoreRoom()
    {
        using var bench = new SchedulerBench(3, static settings => settings with { MinSize = 3 });
        var workers = bench.Start();
        bench.Scheduler.Size = 1;
        Assert.Equal(2, workers.Count(static worker => worker.WasEnded));
    }

    [Fact]
    public void IdleWorkersEndAfterAWhileDownToTheLeast()
    {
        using var bench = new SchedulerBench(3, static settings => settings with { MinSize = 1, IdleTimeout = TimeSpan.FromSeconds(10) });
        var group = bench.Open();
        bench.AddBatch(group, size: 1, count: 3);

        var workers = bench.Start();
        workers.ForEach(static worker => worker.Do());
        Assert.Equal(10_000, bench.Alarm!.Value.TotalMilliseconds, 0.01);
        bench.Pass(9999);
        Assert.DoesNotContain(workers, static worker => worker.WasEnded);
        bench.Pass(1);
        Assert.Equal(2, workers.Count(static worker => worker.WasEnded));

        // The one that stays is no longer needed, either.
        bench.Scheduler.MinSize = 0;
        bench.Pass(0);
        Assert.All(workers, static worker => Assert.True(worker.WasEnded));
    }

    [Fact]
    public void WorkerDoesAsManyTasksAsItMayAndIsReplacedBefore()
    {
        using var bench = new SchedulerBench(1, static settings => settings with { MaxTasksPerWorker = 3 });
        var group = bench.Open();
        for (var i = 0; i < 8; i++)
        {
            bench.Add(group, s_pairs);
        }

        var first = bench.Start()[0];
        first.Do();
        Assert.Empty(bench.Start());
        first.Finish();

        // It has one left, and the other is wanted while it is at that.
        Assert.Single(first.Batches[1]);
        var second = Assert.Single(bench.Start());
        first.Do();
        Assert.True(first.WasEnded);
        Assert.Equal(2, second.Batches[0].Length);
    }

    [Fact]
    public void WorkerWithTooMuchMemoryGoesOnUntilAnotherIsThere()
    {
        using var bench = new SchedulerBench(1, static settings => settings with { MaxWorkerMemory = 100 });
        var group = bench.Open();
        bench.AddBatch(group, size: 1, count: 4);

        var fat = bench.Start()[0];
        fat.Do(memory: 101);
        Assert.False(fat.WasEnded);
        var other = Assert.Single(bench.Start());
        fat.Do();
        Assert.True(fat.WasEnded);
        Assert.Single(other.Batches);
    }

    [Fact]
    public void WorkerWithTooMuchMemoryEndsWhereNothingWaits()
    {
        using var bench = new SchedulerBench(1, static settings => settings with { MaxWorkerMemory = 100 });
        bench.Add(bench.Open());
        var fat = bench.Start()[0];
        fat.Do(memory: 101);
        Assert.True(fat.WasEnded);
    }

    [Fact]
    public void ThreeWorkersInARowThatDoNotComeUpFailThePoolAndAllThatWaits()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open());
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(bench.Scheduler.Failure);
            Assert.Single(bench.Start(opens: false)).Die(7);
        }

        Assert.Equal(7, bench.Scheduler.Failure!.Crash!.Status.Code);
        Assert.Equal((PoolTaskState.Failed, PoolTaskCause.Pool), (task.State, task.Cause));
        Assert.Empty(bench.Start());
    }

    [Theory]
    [InlineData(-9)]
    [InlineData(134)]
    public void TaskOnWhichThreeWorkersDieAsTheyReadItFailsAloneAndThePoolGoesOn(int code)
    {
        using var bench = new SchedulerBench(1);
        var tasks = bench.AddBatch(bench.Open(), size: 2, count: 3);
        for (var i = 0; i < 3; i++)
        {
            var worker = Assert.Single(bench.Start());
            Assert.Equal(i == 0 ? tasks[..2] : tasks[..1], Assert.Single(worker.Batches));
            worker.Die(code);
        }

        Assert.Equal((PoolTaskState.Lost, PoolTaskCause.Crash, 1), (tasks[0].State, tasks[0].Cause, tasks[0].Attempts));
        Assert.Equal([code, code, code], tasks[0].Crashes.Select(static crash => crash.Status.Code));
        Assert.Same(tasks[0], Assert.Single(bench.Attempts).Task);
        Assert.Null(bench.Scheduler.Failure);
        var next = Assert.Single(bench.Start());
        Assert.Equal(tasks[1..], next.Batches[0]);
        next.Do();
        next.Finish();
        Assert.Equal(PoolTaskState.Done, tasks[2].State);
    }

    [Fact]
    public void TaskThatIsFirstWhereAWorkerDiesOfTheNextIsDoneAlone()
    {
        using var bench = new SchedulerBench(1);
        var tasks = bench.AddBatch(bench.Open(), size: 2, count: 3);
        bench.Start()[0].Die();
        var worker = bench.Start()[0];
        worker.Do();
        Assert.Equal((PoolTaskState.Done, PoolTaskCause.None), (tasks[0].State, tasks[0].Cause));
        worker.Die();
        for (var i = 0; i < 2; i++)
        {
            worker = bench.Start()[0];
            Assert.Equal(tasks[1..2], worker.Batches[0]);
            worker.Die();
        }

        Assert.Equal(PoolTaskState.Lost, tasks[1].State);
        bench.Start()[0].Do();
        Assert.Equal(PoolTaskState.Done, tasks[2].State);
    }

    [Fact]
    public void WorkerThatIsEndedFromOutsideAsItReadsATaskThatIsCalledOffSpoilsNothing()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open());
        var worker = bench.Start()[0];
        bench.Scheduler.Cancel(task);
        worker.Die();
        Assert.Equal((PoolTaskState.Canceled, 0), (task.State, task.Crashes.Count));
    }

    [Fact]
    public void WorkersThatDieInTheirFirstMomentsAreNotReplacedForEver()
    {
        using var bench = new SchedulerBench(2, static settings => settings with { MinSize = 1 });
        for (var i = 0; i < 3; i++)
        {
            Assert.Single(bench.Start()).Die();
        }

        Assert.NotNull(bench.Scheduler.Failure);
    }

    [Fact]
    public void DoneTaskBeginsTheCountOfDeadWorkersAnew()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        for (var i = 0; i < 3; i++)
        {
            bench.Add(group);
            Assert.Single(bench.Start(opens: false)).Die();
            Assert.Single(bench.Start(opens: false)).Die();
            var good = Assert.Single(bench.Start());
            good.Do();
            good.Die();
        }

        Assert.Null(bench.Scheduler.Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WorkersThatNeverComeUpEndThePoolWhateverAnotherDoes(bool isRefusal)
    {
        using var bench = new SchedulerBench(2, static settings => settings with { MinSize = 2 });
        bench.AddBatch(bench.Open(), size: 1, count: 10);
        var workers = bench.Start(opens: false);
        var (good, bad) = (workers[0], workers[1]);
        good.Owner.OnOpened();
        for (var failures = 1; ; failures++)
        {
            good.Do();
            Assert.Null(bench.Scheduler.Failure);
            if (isRefusal)
            {
                bad.Owner.OnRefused([1]);
            }

            bad.Die(code: 1);
            if (failures == 3)
            {
                break;
            }

            bad = Assert.Single(bench.Start(opens: false));
        }

        Assert.NotNull(bench.Scheduler.Failure);
    }

    [Fact]
    public void WorkersThatAreKilledAsTheyComeUpEndNoPoolWhereAnotherWorks()
    {
        using var bench = new SchedulerBench(2, static settings => settings with { MinSize = 2 });
        bench.AddBatch(bench.Open(), size: 1, count: 10);
        var workers = bench.Start(opens: false);
        workers[0].Owner.OnOpened();
        var other = workers[1];
        for (var i = 0; i < 4; i++)
        {
            other.Die(code: -9);
            workers[0].Do();
            Assert.Null(bench.Scheduler.Failure);
            other = Assert.Single(bench.Start(opens: false));
        }
    }

    [Fact]
    public void StartThatFailsForAShortageIsTriedThriceWithPauses()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open());
        foreach (var pause in (int[])[100, 1000])
        {
            bench.FailStart();
            Assert.Empty(bench.Start());
            bench.Pass(pause - 1);
            Assert.Empty(bench.Start());
            bench.Pass(1);
            Assert.Null(bench.Scheduler.Failure);
        }

        bench.FailStart();
        Assert.IsType<ShortageException>(bench.Scheduler.Failure!.Error);
        Assert.Equal((PoolTaskState.Failed, PoolTaskCause.Pool), (task.State, task.Cause));
        Assert.Empty(bench.Start());
    }

    [Fact]
    public void ShortageDoesNotFailAPoolThatHasAWorker()
    {
        using var bench = new SchedulerBench(2, static settings => settings with { MinSize = 2 });
        var workers = bench.Start();
        workers[0].Die();
        for (var i = 0; i < 9; i++)
        {
            bench.FailStart();
            bench.Pass(1000);
        }

        Assert.Null(bench.Scheduler.Failure);
        var task = bench.Add(bench.Open());
        workers[1].Do();
        Assert.Equal(PoolTaskState.Done, task.State);
        Assert.Single(bench.Start());

        // It is over: the next begins anew.
        workers[1].Die();
        bench.FailStart();
        bench.Pass(100);
        Assert.Single(bench.Start());
    }

    [Fact]
    public void StartsThatAreRefusedTogetherAreOneRefusal()
    {
        using var bench = new SchedulerBench(4);
        var group = bench.Open();
        bench.AddBatch(group, size: 1, count: 4);

        bench.FailStart(4);
        bench.Pass(100);
        Assert.Null(bench.Scheduler.Failure);
        Assert.Equal(4, bench.Start().Count);
    }

    [Fact]
    public void ThreeRefusalsOfStartsSideBySideAreEnough()
    {
        using var bench = new SchedulerBench(4);
        bench.AddBatch(bench.Open(), size: 1, count: 4);
        bench.FailStart(4);
        bench.Pass(100);
        bench.FailStart(4);
        bench.Pass(1000);
        Assert.Null(bench.Scheduler.Failure);
        bench.FailStart(4);
        Assert.NotNull(bench.Scheduler.Failure);
    }

    [Fact]
    public void FailingPoolEndsEachTaskOnceThoughItsGroupHaltsMeanwhile()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open(halts: static (failed, _) => failed >= 1);
        bench.Add(group);
        bench.Add(group);
        bench.Add(group);
        bench.Scheduler.FailStart(null, new IOException());
        Assert.Equal(3, bench.Over.Count);
        Assert.Equal(3, group.Counts.Finished);
    }

    [Fact]
    public void IdleWorkerTakesWhatIsToBeTriedAgainAtOnce()
    {
        using var bench = new SchedulerBench(2, static settings => settings with { MinSize = 2 });
        var workers = bench.Start();
        var group = bench.Open();
        var options = new TaskOptions { BatchSize = 2, RetryCount = 1 };
        var blocker = bench.Add(group, options);
        workers.Find(worker => worker.Current == blocker)!.Do(failed: true);
        Assert.Equal(PoolTaskState.Sent, blocker.State);
    }
}
