using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using Xunit;
using static ProcConcurrency.Units.Pools.PoolRun;

namespace ProcConcurrency.Units.Pools;

/// <summary>Workers between two pools.</summary>
public sealed class WorkerKeeperTests
{
    private readonly WorkerKeeper _keeper = new();
    private readonly List<FakeWorker> _workers = [];
    private Action<string> _write = static _ => { };

    [Fact]
    public void NextPoolHasTheSameWorkerAndNobodyElseHasIt()
    {
        UseOnce("one");
        Assert.Single(_keeper.ProcessIds);
        UseOnce("one");
        UseOnce("other");
        Assert.Equal(2, _workers.Count);
        Assert.Equal(2, _keeper.ProcessIds.Count);
        _keeper.Clear();
        Assert.All(_workers, static worker => Assert.True(worker.Ended.IsCompleted));
    }

    [Fact]
    public void WorkerThatDiesWhileItWaitsIsForgotten()
    {
        UseOnce("one");
        _workers[0].Kill();
        _workers[0].Ended.Wait(Patience);
        Assert.Empty(_keeper.ProcessIds);
        UseOnce("one");
        Assert.Equal(2, _workers.Count);
        _keeper.Clear();
    }

    [Fact]
    public void WorkerThatHasWaitedForLongEnds()
    {
        _keeper.IdleTimeout = TimeSpan.FromMilliseconds(50);
        UseOnce("one");
        Assert.True(_workers[0].Ended.Wait(Patience));
        Assert.Empty(_keeper.ProcessIds);
    }

    [Fact]
    public void WithoutLimitOneWaitsForAnyTime()
    {
        _keeper.IdleTimeout = null;
        UseOnce("one");
        UseOnce("one");
        Assert.Equal([_workers.Single().ProcessId], _keeper.ProcessIds);
        _keeper.Clear();
    }

    [Fact]
    public void WithoutIdleTimeNoneWaits()
    {
        _keeper.IdleTimeout = TimeSpan.Zero;
        UseOnce("one");
        Assert.True(_workers[0].Ended.Wait(Patience));
        Assert.Empty(_keeper.ProcessIds);
    }

    [Fact]
    public void WhatWorkerDidForPoolsBeforeCounts()
    {
        _keeper.Capacity = 2;
        UseOnce("one");
        UseOnce("one", maxTasks: 3);
        UseOnce("one", maxTasks: 3);
        Assert.Single(_workers);
        Assert.True(_workers[0].Ended.Wait(Patience));
        Assert.Empty(_keeper.ProcessIds);

        UseOnce("one");
        UseOnce("one");
        UseOnce("one", maxTasks: 2);
        Assert.Equal(3, _workers.Count);
        Assert.Equal(2, _keeper.ProcessIds.Count);
        _keeper.Clear();
    }

    [Fact]
    public void WhatItWritesIsForThePoolThatItWorksForAndForNobodyBetweenTwo()
    {
        List<string> first = [];
        List<string> second = [];
        UseOnce("one", lines: first);
        _write("of nobody's task");
        UseOnce("one", lines: second);
        Assert.Single(_workers);
        Assert.Equal(["of a task"], first);
        Assert.Equal(["of a task"], second);
        _keeper.Clear();
    }

    private void UseOnce(string key, int? maxTasks = null, List<string>? lines = null)
    {
        var source = new WorkerSource([], (handler, _, onOutput) =>
        {
            _write = onOutput;
            var worker = new FakeWorker(handler, (worker, index, payload) =>
            {
                onOutput("of a task");
                worker.Result(index, payload, 1);
                return true;
            });
            _workers.Add(worker);
            return worker;
        })
        {
            Keeper = _keeper,
            Key = new WorkerKey(key),
        };
        var pool = new WorkerPool(new PoolSettings { Size = 1, MaxTasksPerWorker = maxTasks, OnOutput = Take }, source);
        var group = Open(pool, ordered: true);
        group.Add(Definition, [1], null);
        group.CompleteAdding();
        Assert.Single(TakeAll(group));
        pool.Dispose(keepsWorkers: true);

        Task? Take(string line)
        {
            lines?.Add(line);
            return null;
        }
    }
}
