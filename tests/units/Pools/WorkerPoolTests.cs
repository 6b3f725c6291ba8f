using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using Xunit;
using static ProcConcurrency.Units.Pools.PoolRun;

namespace ProcConcurrency.Units.Pools;

public sealed class WorkerPoolTests
{
    private const byte Last = 1;

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(4, 10_000)]
    public void OrderIsThatOfTheInput(int workers, int count)
    {
        var results = Run(workers, ordered: true, count, static (worker, index, payload) =>
        {
            worker.Result(index, payload, Last);
            return true;
        });
        Assert.Equal(Enumerable.Range(0, count), results.Select(static result => (int)result.Index));
    }

    [Fact]
    public void UnorderedLosesAndRepeatsNothing()
    {
        var results = Run(3, ordered: false, 5000, static (worker, index, payload) =>
        {
            worker.Result(index, payload, 0);
            worker.Result(index, payload, Last);
            return true;
        });
        Assert.Equal(Enumerable.Range(0, 5000), results.Select(static result => (int)result.Index).Order());
        Assert.All(results, static result => Assert.Equal(2, result.Chunks));
    }

    [Fact]
    public void DeadWorkerFailsOnlyTheItemItWasAt()
    {
        var results = Run(2, ordered: true, 3000, static (worker, index, payload) =>
        {
            if (index % 500 == 250)
            {
                return false;
            }

            worker.Result(index, payload, Last);
            return true;
        });
        Assert.Equal(Enumerable.Range(0, 3000), results.Select(static result => (int)result.Index));
        Assert.Equal([250, 750, 1250, 1750, 2250, 2750], results.Where(static result => result.Crash is not null).Select(static result => (int)result.Index));
        Assert.All(results, static result => Assert.Equal(result.Crash is null ? 1 : 0, result.Chunks));
        Assert.Equal(new ExitStatus(-9), results[250].Crash!.Status);
    }

    [Fact]
    public void WorkersThatNeverStartFailThePool()
    {
        using var pool = new WorkerPool(2, true, [], static (handler, _) => new DeadOnArrival(handler));
        pool.Add([1], null);
        pool.CompleteAdding();
        var deadline = new Deadline(Patience);
        while (pool.Failure is null && !deadline.IsOver)
        {
            pool.Wait(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(1, pool.Failure?.Crash?.Status.Code);
    }

    [Fact]
    public void WorkerThatCannotBeReplacedFailsThePool()
    {
        // A session that is ending refuses so, on the dead worker's own thread.
        var started = 0;
        using var bothWait = new ManualResetEventSlim();
        using var pool = new WorkerPool(1, true, [], (handler, _) =>
            ++started == 1 ? new FakeWorker(handler, (_, _, _) => !bothWait.Wait(Patience)) : throw new InvalidOperationException("ending"));
        pool.Add([1], null);
        pool.Add([2], null);
        bothWait.Set();
        var deadline = new Deadline(Patience);
        while (pool.Failure is null && !deadline.IsOver)
        {
            pool.Wait(TimeSpan.FromMilliseconds(50));
        }

        Assert.NotNull(pool.Failure);
    }

    [Fact]
    public void LookAheadIsBounded()
    {
        using var gate = new ManualResetEventSlim();
        using var pool = new WorkerPool(2, true, [], (handler, _) => new FakeWorker(handler, (worker, index, payload) =>
        {
            gate.Wait();
            worker.Result(index, payload, Last);
            return true;
        }));
        var added = 0;
        while (!pool.IsFull)
        {
            pool.Add([0], null);
            Assert.True(++added < 100, "The pool takes input without end.");
        }

        gate.Set();
        pool.CompleteAdding();
        Assert.Equal(added, TakeAll(pool).Count);
    }

    [Fact]
    public void ResultsThatNobodyTakesStopTheWorkers()
    {
        var produced = 0;
        using var pool = new WorkerPool(2, false, [], (handler, _) => new FakeWorker(handler, (worker, index, _) =>
        {
            for (var i = 0; i < 100; i++)
            {
                worker.Result(index, new byte[1024 * 1024], 0);
                Interlocked.Increment(ref produced);
            }

            worker.Result(index, [], Last);
            return true;
        }));
        pool.Add([1], null);
        pool.Add([2], null);
        pool.CompleteAdding();
        SpinWait.SpinUntil(() => Volatile.Read(ref produced) >= 30, Patience);
        Thread.Sleep(200);
        Assert.InRange(Volatile.Read(ref produced), 30, 40);
        Assert.Equal(2, TakeAll(pool).Count);
    }

    [Fact]
    public void HeadOfTheOrderIsNeverHeldBack()
    {
        using var secondIsStuck = new ManualResetEventSlim();
        using var pool = new WorkerPool(2, true, [], (handler, _) => new FakeWorker(handler, (worker, index, _) =>
        {
            if (index == 0)
            {
                secondIsStuck.Wait(Patience);
            }

            for (var i = 0; i < 64; i++)
            {
                if (index == 1 && i == 31)
                {
                    secondIsStuck.Set();
                }

                worker.Result(index, new byte[1024 * 1024], 0);
            }

            worker.Result(index, [], Last);
            return true;
        }));
        pool.Add([1], null);
        pool.Add([2], null);
        pool.CompleteAdding();
        Assert.Equal([0, 1], TakeAll(pool).Select(static result => (int)result.Index));
    }

    [Fact]
    public void SlowTaskGivesBackWhatWaitsBehindIt()
    {
        using var slowMayGo = new ManualResetEventSlim();
        var done = 0;
        const int Count = 2000;
        using var pool = new WorkerPool(2, false, [], (handler, _) => new FakeWorker(handler, (worker, index, payload) =>
        {
            if (payload[0] == 1)
            {
                // It goes on only when everything else is done: without the recall, that is never.
                SpinWait.SpinUntil(() => Volatile.Read(ref done) >= Count - 1 - 1, TimeSpan.FromSeconds(2));
            }

            worker.Result(index, payload, Last);
            Interlocked.Increment(ref done);
            return true;
        }));
        for (var i = 0; i < Count; i++)
        {
            pool.Add([(byte)(i == Count / 2 ? 1 : 0)], null);
        }

        pool.CompleteAdding();
        Assert.Equal(Count, TakeAll(pool).Count);
    }

    [Fact]
    public void DisposeEndsEveryWorker()
    {
        var workers = new List<FakeWorker>();
        var started = 0;
        using var never = new ManualResetEventSlim();
        var pool = new WorkerPool(3, true, [], (handler, _) =>
        {
            var worker = new FakeWorker(handler, (worker, index, payload) => true);
            workers.Add(worker);
            Interlocked.Increment(ref started);
            return worker;
        });
        for (var i = 0; i < 10; i++)
        {
            pool.Add([0], null);
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref started) == 3, Patience);
        pool.Dispose();
        Assert.Equal(3, workers.Count);
        Assert.All(workers, static worker => Assert.True(worker.Ended.IsCompleted));
    }

    private sealed class DeadOnArrival : IChildLink
    {
        internal DeadOnArrival(IChildHandler handler)
        {
            Ended = Task.Run(() =>
            {
                Thread.Sleep(20);
                handler.OnExited(this, new ExitStatus(1));
            });
        }

        public int ProcessId => 1;

        public string OutputTail => string.Empty;

        public Task Ended { get; }

        public void Send(Runtime.Channels.MessageKind kind, uint id, ReadOnlySpan<byte> payload)
        {
        }

        public void Kill()
        {
        }

        public void Dispose()
        {
        }
    }
}
