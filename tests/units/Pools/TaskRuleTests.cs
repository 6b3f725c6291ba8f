using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>What becomes of a task that fails, takes too long, is called off, or whose worker dies.</summary>
public sealed class TaskRuleTests
{
    [Fact]
    public void ErrorsAreTriedAgainAsOftenAsAsked()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open(), new TaskOptions { RetryCount = 2 });
        var worker = bench.Start()[0];
        worker.Do(failed: true);
        worker.Do(failed: true);
        worker.Do(failed: true);
        Assert.Equal((PoolTaskState.Failed, PoolTaskCause.Error, 3), (task.State, task.Cause, task.Attempts));
        Assert.Equal([1, 2, 3], bench.Attempts.Select(static attempt => attempt.Attempt));
        Assert.Equal([task], bench.Over);
    }

    [Fact]
    public void WhatAFailedAttemptWroteIsDropped()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        bench.Add(group, new TaskOptions { RetryCount = 1 });
        var worker = bench.Start()[0];
        worker.Begin();
        worker.Write(10);
        Assert.False(group.TryTake(out _));
        worker.Finish(failed: true, length: 20);
        worker.Do(length: 30);
        Assert.True(group.TryTake(out var result));
        Assert.Equal((30, true), (result.Records!.Length, result.IsLast));
    }

    [Theory]
    [InlineData(0, 500)]
    [InlineData(0.5, 1000)]
    [InlineData(1, 1500)]
    public void DelayIsFromHalfToOneAndAHalf(double random, int milliseconds)
    {
        using var bench = new SchedulerBench(1) { RandomNumber = random };
        var task = bench.Add(bench.Open(), new TaskOptions { RetryCount = 1, RetryDelay = TimeSpan.FromSeconds(1) });
        var worker = bench.Start()[0];
        worker.Do(failed: true);
        Assert.Equal(milliseconds, bench.Alarm!.Value.TotalMilliseconds, 0.01);
        bench.Pass(milliseconds - 1);
        Assert.Single(worker.Batches);
        bench.Pass(1);
        Assert.Equal(2, worker.Batches.Count);
        Assert.Equal(PoolTaskState.Sent, task.State);
    }

    [Fact]
    public void ThreeCrashesEndATaskAndAllTheirCausesAreThere()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open(), new TaskOptions { RetryCount = 10 });
        for (var code = 1; code <= 3; code++)
        {
            var worker = Assert.Single(bench.Start());
            worker.Begin();
            worker.Die(code);
        }

        Assert.Equal((PoolTaskState.Lost, PoolTaskCause.Crash, 3), (task.State, task.Cause, task.Attempts));
        Assert.Equal([1, 2, 3], task.Crashes.Select(static crash => crash.Status.Code));
        Assert.Null(bench.Scheduler.Failure);
    }

    [Fact]
    public void TimeoutCountsFromTheStartOfTheTask()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        var options = new TaskOptions { Timeout = TimeSpan.FromSeconds(1), BatchSize = 2, RetryCount = 1 };
        PoolTask[] tasks = [bench.Add(group, options), bench.Add(group, options)];
        var worker = bench.Start()[0];
        bench.Pass(5000);
        worker.Begin();
        bench.Pass(900);
        worker.Finish();
        bench.Pass(900);
        Assert.Equal(0, worker.Recalls);
        bench.Pass(100);
        Assert.Equal(1, worker.Recalls);
        worker.GiveBackAndDie();
        Assert.Equal((PoolTaskState.Done, PoolTaskState.Queued), (tasks[0].State, tasks[1].State));
        Assert.Equal(PoolTaskCause.Timeout, bench.Attempts[^1].Cause);
        Assert.Equal(TimeSpan.FromSeconds(1), bench.Attempts[^1].Duration);
        Assert.Same(tasks[1], Assert.Single(bench.Start()[0].Batches[0]));
    }

    [Fact]
    public void WorkerThatDoesNotAnswerIsKilledAfterHalfASecond()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open(), new TaskOptions { Timeout = TimeSpan.FromSeconds(1) });
        var worker = bench.Start()[0];
        worker.Begin();
        bench.Pass(1000);
        bench.Pass(499);
        Assert.False(worker.WasKilled);
        bench.Pass(1);
        Assert.True(worker.WasKilled);
        worker.Die();
        Assert.Equal((PoolTaskState.Failed, PoolTaskCause.Timeout), (task.State, task.Cause));
        Assert.Empty(task.Crashes);
    }

    [Fact]
    public void CanceledTaskThatWaitsNeverRuns()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        PoolTask[] tasks = [bench.Add(group), bench.Add(group)];
        bench.Scheduler.Cancel(tasks[0]);
        Assert.Equal(PoolTaskState.Canceled, tasks[0].State);
        var worker = bench.Start()[0];
        Assert.Equal([tasks[1]], worker.Batches[0]);
        worker.Do();
        Assert.True(worker.IsIdle);
    }

    [Fact]
    public void CanceledTaskThatWasSentIsCalledBackAndItsWorkerGoesOn()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        var tasks = bench.AddBatch(group, size: 3, count: 3);
        var worker = bench.Start()[0];
        worker.Begin();
        bench.Scheduler.Cancel(tasks[1]);
        worker.Owner.OnReturned(2);
        Assert.Equal(PoolTaskState.Canceled, tasks[1].State);
        worker.Finish();
        Assert.Equal([tasks[2]], worker.Batches[1]);
        Assert.False(worker.WasKilled);
    }

    [Fact]
    public void AnswerToAnEarlierRecallIsNotTakenForThatOfThisBatch()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        var tasks = bench.AddBatch(group, size: 2, count: 4);
        var worker = bench.Start()[0];
        worker.Begin();
        bench.Scheduler.Cancel(tasks[1]);

        // Both end before the worker reads that.
        worker.Finish();
        worker.Finish();
        bench.Scheduler.Cancel(tasks[3]);
        worker.Owner.OnReturned(0);
        worker.Begin();
        Assert.Equal(2, worker.Recalls);
        worker.Owner.OnReturned(1);
        Assert.Equal(PoolTaskState.Canceled, tasks[3].State);
        Assert.Equal(PoolTaskState.Running, tasks[2].State);
        Assert.False(worker.WasKilled);
    }

    [Fact]
    public void CanceledTaskThatWasNotGivenBackIsAskedForAgainWhenItBegins()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        var tasks = bench.AddBatch(group, size: 2, count: 2);
        var worker = bench.Start()[0];
        worker.Begin();
        bench.Scheduler.Cancel(tasks[1]);
        worker.Owner.OnReturned(0);
        worker.Finish();
        Assert.Equal(2, worker.Recalls);
        worker.GiveBackAndDie();
        Assert.Equal([PoolTaskState.Done, PoolTaskState.Canceled], tasks.Select(static task => task.State));
    }

    [Fact]
    public void TaskIsNotEndedForOneBehindItThoughItsWorkerDoesNotAnswer()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        var tasks = bench.AddBatch(group, size: 3, count: 3);
        var worker = bench.Start()[0];
        worker.Begin();
        bench.Scheduler.Cancel(tasks[1]);
        bench.Pass(2000);
        Assert.False(worker.WasKilled);
        worker.Finish();
        bench.Pass(499);
        Assert.False(worker.WasKilled);
        bench.Pass(1);
        Assert.True(worker.WasKilled);
        worker.Die();
        Assert.Equal([PoolTaskState.Done, PoolTaskState.Canceled, PoolTaskState.Queued], tasks.Select(static task => task.State));
        Assert.Equal([1, 1, 0], tasks.Select(static task => task.Attempts));
    }

    [Fact]
    public void CanceledTaskThatRunsEndsOnlyItsOwnWorkerAndIsNotTriedAgain()
    {
        using var bench = new SchedulerBench(2);
        var group = bench.Open();
        var options = new TaskOptions { BatchSize = 1, RetryCount = 5, Timeout = TimeSpan.FromSeconds(1) };
        PoolTask[] tasks = [bench.Add(group, options), bench.Add(group, options)];
        var workers = bench.Start();
        workers.ForEach(static worker => worker.Begin());

        // It is at its limit, too: that would be tried again.
        bench.Pass(1000);
        bench.Scheduler.Cancel(tasks[0]);
        workers.Find(worker => worker.Current == tasks[0])!.GiveBackAndDie();
        Assert.Equal((PoolTaskState.Canceled, PoolTaskCause.Canceled), (tasks[0].State, tasks[0].Cause));
        Assert.False(workers.Find(worker => worker.Current == tasks[1])!.WasKilled);
    }

    [Fact]
    public void TaskThatFailsAfterItWasCalledOffIsNotTriedAgain()
    {
        using var bench = new SchedulerBench(1);
        var task = bench.Add(bench.Open(), new TaskOptions { RetryCount = 5 });
        var worker = bench.Start()[0];
        worker.Begin();
        bench.Scheduler.Cancel(task);
        worker.Finish(failed: true);
        Assert.Equal((PoolTaskState.Failed, 1), (task.State, task.Attempts));
    }

    [Fact]
    public void RepeatedTaskIsCanceledWhereItRunsNow()
    {
        using var bench = new SchedulerBench(2);
        var group = bench.Open();
        var options = new TaskOptions { RetryCount = 1, BatchSize = 2 };
        var failing = bench.Add(group, options);
        bench.Add(group, options);
        var workers = bench.Start();
        var (first, second) = (workers[0], workers[1]);
        first.Do(failed: true);

        // The first worker is at the other task of its batch: the second one has this.
        Assert.Same(failing, second.Current);
        second.Begin();
        bench.Scheduler.Cancel(failing);
        Assert.Equal((0, 1), (first.Recalls, second.Recalls));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HaltLetsWhatRunsEndOrEndsIt(bool atOnce)
    {
        using var bench = new SchedulerBench(2);
        var group = bench.Open(halts: static (failed, _) => failed == 1, atOnce: atOnce);
        PoolTask[] tasks = [bench.Add(group), bench.Add(group), bench.Add(group)];
        var workers = bench.Start();
        workers.ForEach(static worker => worker.Begin());
        var failing = workers.Find(worker => worker.Current == tasks[0])!;
        var other = workers.Find(worker => worker.Current == tasks[1])!;
        failing.Finish(failed: true);
        Assert.Equal(PoolTaskState.Canceled, tasks[2].State);
        Assert.Equal(atOnce ? 1 : 0, other.Recalls);
        if (!atOnce)
        {
            other.Finish();
            Assert.Equal(PoolTaskState.Done, tasks[1].State);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HaltOfAGroupFromOutsideIsAsByItsOwnFailures(bool atOnce)
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open(atOnce: atOnce);
        var running = bench.Add(group, new TaskOptions { BatchSize = 1, RetryCount = 5 });
        var waiting = bench.Add(group);
        var worker = bench.Start()[0];
        worker.Begin();
        group.Halt();
        Assert.Equal(PoolTaskState.Canceled, waiting.State);
        Assert.Equal(PoolTaskState.Canceled, bench.Add(group).State);
        Assert.Equal(atOnce ? 1 : 0, worker.Recalls);
        if (!atOnce)
        {
            worker.Finish(failed: true);
            Assert.Equal(PoolTaskState.Failed, running.State);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatAWorkerGivesBackUnaskedIsNoAnswerToARecall(bool atOnce)
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open(halts: static (failed, _) => failed == 1, atOnce: atOnce);
        var tasks = bench.AddBatch(group, size: 3, count: 3);
        var worker = bench.Start()[0];
        worker.Do(failed: true);
        worker.Owner.OnReturned(2, wasAsked: false);
        Assert.Equal([PoolTaskState.Failed, PoolTaskState.Canceled, PoolTaskState.Canceled], tasks.Select(static task => task.State));
        Assert.All(tasks.Skip(1), static task => Assert.Equal((0, 0, null, TimeSpan.Zero), (task.Attempts, task.ProcessId, task.StartedUtc, task.Duration)));
        Assert.True(worker.IsIdle);
        Assert.False(worker.WasKilled);

        // The answer comes when the worker is at something else already, which is called off, too.
        var other = bench.Add(bench.Open());
        worker.Begin();
        bench.Scheduler.Cancel(other);
        worker.Owner.OnReturned(0);
        Assert.False(worker.WasKilled);
        worker.GiveBackAndDie();
        Assert.Equal(PoolTaskState.Canceled, other.State);
    }

    [Fact]
    public void AttemptThatWasNotBegunLeavesWhatIsKnownOfTheOneBefore()
    {
        using var bench = new SchedulerBench(1);
        var again = bench.Add(bench.Open(), new TaskOptions { RetryCount = 1, RetryDelay = TimeSpan.FromSeconds(1) });
        var worker = bench.Start()[0];
        worker.Begin();
        bench.Pass(100);
        worker.Finish(failed: true);
        bench.Pass(5000);
        Assert.Equal(PoolTaskState.Sent, again.State);
        var (processId, started, duration) = (again.ProcessId, again.StartedAt, again.Duration);
        worker.Begin();
        Assert.Equal(2, again.Attempts);
        worker.Owner.OnReturned(1, wasAsked: false);
        Assert.Equal((1, processId, started, duration), (again.Attempts, again.ProcessId, again.StartedAt, again.Duration));
    }

    [Fact]
    public void TaskThatIsCalledOffBeforeTheSchedulerHasItIsOverWhenItHas()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        var task = new PoolTask(group, bench.Definition, TaskOptions.Default, null, [1], null);
        bench.Scheduler.Cancel(task);
        Assert.False(task.IsOver);
        bench.Scheduler.Add(task);
        Assert.Equal(PoolTaskState.Canceled, task.State);
        Assert.Equal((1, 1), (group.Counts.Accepted, group.Counts.Finished));
        Assert.Equal([task], bench.Over);
    }

    [Fact]
    public void WhatAWorkerGivesBackUnaskedIsSentAgainWhereItIsWanted()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open(halts: static (failed, _) => failed == 2);
        var tasks = bench.AddBatch(group, size: 3, count: 3);
        var worker = bench.Start()[0];
        worker.Do(failed: true);
        worker.Owner.OnReturned(2, wasAsked: false);
        Assert.Equal(tasks[1..], worker.Batches[1]);
        Assert.Equal(0, worker.Recalls);
    }

    [Fact]
    public void HigherPriorityGoesFirst()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        var low = bench.Add(group, new TaskOptions { Priority = -1, BatchSize = 1 });
        var usual = bench.Add(bench.Open());
        var high = bench.Add(group, new TaskOptions { Priority = 1, BatchSize = 1 });
        List<int> priorities = [5, 2, 9, 5];
        var more = priorities.ConvertAll(priority => bench.Add(group, new TaskOptions { Priority = priority, BatchSize = 1 }));
        var worker = bench.Start()[0];
        for (var task = 1; task < 7; task++)
        {
            worker.Do();
        }

        Assert.Equal([more[2], more[0], more[3], more[1], high, usual, low], worker.Batches.Select(static batch => batch[0]));
    }
}
