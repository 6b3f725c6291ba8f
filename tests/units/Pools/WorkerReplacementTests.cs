using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>When a worker gives its place to another: by count, by memory, or for it may hang.</summary>
public sealed class WorkerReplacementTests
{
    private static readonly TaskOptions s_pairs = new() { BatchSize = 2 };

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

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void NoMoreWorkersAreAtTasksThanTheSizeHoweverManyAreReplaced(int size)
    {
        using var bench = new SchedulerBench(size, static settings => settings with { MaxTasksPerWorker = 1 });
        var group = bench.Open();
        bench.AddBatch(group, size: 1, count: 10 * size);

        // Each is at its last task, and those to come wait for it.
        var first = bench.Start();
        Assert.Equal(size, first.Count);
        Assert.All(first, static worker => Assert.Single(worker.Batches));
        var others = bench.Start();
        Assert.Equal(size, others.Count);
        Assert.All(others, static worker => Assert.True(worker.IsIdle));
        Assert.Empty(bench.Start());

        first[0].Do();
        Assert.True(first[0].WasEnded);
        Assert.Single(others, static worker => worker.Batches.Count == 1);
        Assert.Single(bench.Start());
    }

    [Fact]
    public void OneThatWaitsForThePlaceOfAnotherDoesNotEndForHavingNothingToDo()
    {
        using var bench = new SchedulerBench(1, static settings => settings with { MaxTasksPerWorker = 1, IdleTimeout = TimeSpan.FromSeconds(10) });
        var group = bench.Open();
        var tasks = bench.AddBatch(group, size: 1, count: 2);
        var first = bench.Start()[0];
        first.Begin();
        var second = Assert.Single(bench.Start());

        bench.Pass(60_000);
        Assert.False(second.WasEnded);
        bench.Scheduler.Cancel(tasks[1]);
        bench.Pass(1);
        Assert.True(second.WasEnded);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    public void WorkerWithTooMuchMemoryIsReplacedWhereItsGroupMayHaveNoMore(int size, int most)
    {
        using var bench = new SchedulerBench(size, static settings => settings with { MaxWorkerMemory = 100, IdleTimeout = TimeSpan.FromMinutes(1) });
        var group = bench.Open(maxWorkers: most);
        bench.AddBatch(group, size: 1, count: 20);
        var fat = bench.Start();
        Assert.Equal(most, fat.Count);
        fat.ForEach(static worker => worker.Do(memory: 101));
        var others = bench.Start();
        Assert.Equal(most, others.Count);
        Assert.Empty(bench.Start());
        fat.ForEach(static worker => worker.Do(memory: 101));
        Assert.All(fat, static worker => Assert.True(worker.WasEnded));
        Assert.All(others, static worker => Assert.Single(worker.Batches));
    }

    [Fact]
    public void WorkerWithTooMuchMemoryEndsFirstWhereItHasThePlaceOfTheNext()
    {
        using var bench = new SchedulerBench(1, static settings => settings with { MaxWorkerMemory = 100, KeepsPlaces = true });
        bench.AddBatch(bench.Open(), size: 1, count: 4);
        var fat = bench.Start()[0];
        fat.Do(memory: 101);
        Assert.True(fat.WasEnded);
        fat.Die(code: 0);
        Assert.Single(Assert.Single(bench.Start()).Batches);
    }

    [Fact]
    public void WorkerWithTooMuchMemoryGivesBackTheRestOfItsBatch()
    {
        using var bench = new SchedulerBench(1, static settings => settings with { MaxWorkerMemory = 100 });
        var tasks = bench.AddBatch(bench.Open(), size: 10, count: 10);
        var fat = bench.Start()[0];
        fat.Do(memory: 99);
        Assert.Equal(0, fat.Recalls);
        fat.Finish(memory: 101);
        Assert.Equal(1, fat.Recalls);
        fat.Owner.OnReturned(7);
        Assert.Equal(PoolTaskState.Running, tasks[2].State);

        // It goes on, one by one, until another is there.
        fat.Finish(memory: 101);
        Assert.Equal([tasks[3]], fat.Batches[1]);
        var other = Assert.Single(bench.Start());
        fat.Do(memory: 101);
        Assert.True(fat.WasEnded);
        Assert.Equal(tasks[4..], other.Batches[0]);
    }

    [Fact]
    public void WorkerThatGivesBackAllWithoutHavingBegunForLongIsReplaced()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        var task = bench.Add(group);
        var worker = bench.Start()[0];
        bench.Pass(2000);
        bench.Scheduler.Cancel(task);
        worker.Owner.OnReturned(1);
        Assert.True(worker.WasKilled);
        Assert.Equal(PoolTaskState.Canceled, task.State);

        // One that was just about to begin is as good as before.
        worker.Die();
        var next = bench.Add(group);
        var other = bench.Start()[0];
        bench.Scheduler.Cancel(next);
        other.Owner.OnReturned(1);
        Assert.False(other.WasKilled);
        Assert.True(other.IsIdle);
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
}
