using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>Where results wait, and whom they hold up.</summary>
public sealed class ResultRuleTests
{
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(100)]
    public void KeptResultsAreReadAsOftenAsAskedFromMemoryOrTheDisk(int inMemory)
    {
        using var bench = new SchedulerBench(1, settings => settings with { MaxBufferedBytes = inMemory });
        var task = bench.Add(bench.Open(ResultOrder.Kept));
        var worker = bench.Start()[0];
        worker.Begin();
        worker.Write(80);
        worker.Write(500);
        worker.Finish(length: 90);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal([80, 500, 90], bench.Scheduler.ReadKept(task).Select(static chunk => chunk.Length));
        }

        // They outlive the pool, too.
        bench.Dispose();
        Assert.Equal(3, bench.Scheduler.ReadKept(task).Length);
        bench.Scheduler.Forget(task);
        Assert.Empty(bench.Scheduler.ReadKept(task));
        Assert.Equal(0, bench.Scheduler.BufferedBytes);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    public void AnAttemptShowsItsFirstErrorOrNothing(bool isTakenFrom, int expected)
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        bench.Add(group);
        var worker = bench.Start()[0];
        worker.Begin();
        worker.Write(80);
        if (isTakenFrom)
        {
            Assert.True(group.TryTake(out _));
        }

        worker.Finish(length: 90, failed: true);
        Assert.Equal(expected, Assert.Single(bench.Attempts).Records.Count);
    }

    [Fact]
    public void AWorkerThatIsGoneIsToldNothingWhenWhatItWroteIsTaken()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        bench.Add(group);
        var worker = bench.Start()[0];
        worker.Begin();
        worker.Write(ResultCredit.Portion);
        worker.Die(9);
        while (group.TryTake(out _))
        {
        }

        Assert.Equal(0, worker.Credit);
    }

    [Fact]
    public void CreditComesBackAsResultsAreTaken()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        bench.Add(group);
        var worker = bench.Start()[0];
        worker.Begin();
        worker.Write(ResultCredit.Portion);
        Assert.Equal(0, worker.Credit);
        Assert.True(group.TryTake(out _));
        Assert.Equal(ResultCredit.Portion, worker.Credit);
    }

    [Fact]
    public void WhatATaskWithATimeLimitWritesWaitsForNoConsumer()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        bench.Add(group, new TaskOptions { Timeout = TimeSpan.FromSeconds(1) });
        var worker = bench.Start()[0];
        worker.Begin();
        worker.Write(ResultCredit.Portion);
        Assert.Equal(ResultCredit.Portion, worker.Credit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ResultsThatNobodyTakesHoldNoWorkerThatAnotherGroupWants(bool isComplete)
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        bench.Add(group);
        var worker = bench.Start()[0];
        worker.Do(length: ResultCredit.Window / 2);
        if (isComplete)
        {
            group.CompleteAdding();
        }

        Assert.Equal(0, worker.Credit);
        bench.Add(bench.Open());
        Assert.Equal(ResultCredit.Window / 2, worker.Credit);
        Assert.True(group.TryTake(out _));
        Assert.Equal(ResultCredit.Window / 2, worker.Credit);
    }

    [Fact]
    public void DetachedWorkerHasAllItsCreditBack()
    {
        using var bench = new SchedulerBench(1);
        var group = bench.Open();
        bench.Add(group);
        var worker = bench.Start()[0];
        worker.Do(length: 5000);
        Assert.Same(worker, bench.Scheduler.Detach());
        Assert.Equal(5000, worker.Credit);
        Assert.True(group.TryTake(out _));
        Assert.Equal(5000, worker.Credit);
    }

    [Fact]
    public void AbandonedGroupKeepsNothing()
    {
        using var bench = new SchedulerBench(1, static settings => settings with { MaxBufferedBytes = 100 });
        var group = bench.Open(ResultOrder.Input);
        bench.Add(group);
        var worker = bench.Start()[0];
        worker.Begin();
        worker.Write(5000);
        group.Abandon();
        worker.Write(6000);
        worker.GiveBackAndDie();
        Assert.Equal(0, bench.Scheduler.BufferedBytes);
        Assert.Equal(1, group.Counts.Canceled);
    }

    [Fact]
    public void SpillFileGivesTheDiskItsRoomBackThoughSomethingIsHeld()
    {
        using var spill = new SpillFile(Path.GetTempPath());
        var block = new byte[SpillFile.SegmentSize / 4];
        var held = spill.Write([1, 2, 3]);
        for (var i = 0; i < 20; i++)
        {
            var place = spill.Write(block);
            Assert.Equal(block.Length, spill.Read(place, block.Length).Length);
            Assert.True(place.Offset < SpillFile.SegmentSize);
        }

        // The one file is full and held; the other begins anew whenever nothing of it is.
        var last = spill.Write(block);
        Assert.NotSame(held.Segment, last.Segment);
        Assert.Equal(0, last.Offset);
        Assert.Equal([1, 2, 3], spill.Read(held, 3));
        Assert.True(held.Segment.Handle.IsClosed);
        spill.Release(last);
    }
}
