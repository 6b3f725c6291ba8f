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
        using var pool = Pool(2, static (handler, _, _) => new DeadOnArrival(handler));
        var group = Open(pool, true);
        group.Add(Definition, [1], null);
        group.CompleteAdding();
        var deadline = new Deadline(Patience);
        while (pool.Failure is null && !deadline.IsOver)
        {
            group.Wait(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(1, pool.Failure?.Crash?.Status.Code);
    }

    [Fact]
    public void WorkerThatCannotBeReplacedFailsThePool()
    {
        // A session that is ending refuses so, on the dead worker's own thread.
        var started = 0;
        using var bothWait = new ManualResetEventSlim();
        using var pool = Pool(1, (handler, _, _) =>
            ++started == 1 ? new FakeWorker(handler, (_, _, _) => !bothWait.Wait(Patience)) : throw new InvalidOperationException("ending"));
        var group = Open(pool, true);
        group.Add(Definition, [1], null);
        group.Add(Definition, [2], null);
        bothWait.Set();
        var deadline = new Deadline(Patience);
        while (pool.Failure is null && !deadline.IsOver)
        {
            group.Wait(TimeSpan.FromMilliseconds(50));
        }

        Assert.NotNull(pool.Failure);
    }

    [Fact]
    public void ShortageOnAHostIsOneOfThePools()
    {
        var started = 0;
        using var pool = Pool(1, (_, _, _) =>
        {
            started++;
            throw new RemoteHostException("far", RemoteHostFault.StartFailed, "No process could be started.", new ShortageException("none is left"));
        });
        var group = Open(pool, true);
        group.Add(Definition, [1], null);
        var deadline = new Deadline(Patience);
        while (pool.Failure is null && !deadline.IsOver)
        {
            group.Wait(TimeSpan.FromMilliseconds(50));
        }

        Assert.IsType<RemoteHostException>(pool.Failure?.Error);
        Assert.Equal(3, started);
    }

    [Fact]
    public void LookAheadIsBounded()
    {
        using var gate = new ManualResetEventSlim();
        using var pool = Pool(2, (handler, _, _) => new FakeWorker(handler, (worker, index, payload) =>
        {
            gate.Wait();
            worker.Result(index, payload, Last);
            return true;
        }));
        var group = Open(pool, true);
        var definition = new TaskDefinition([]); // Of tasks that nothing is known of yet.
        var added = 0;
        while (!group.IsFull)
        {
            group.Add(definition, [0], null);
            Assert.True(++added < 100, "The pool takes input without end.");
        }

        gate.Set();
        group.CompleteAdding();
        Assert.Equal(added, TakeAll(group).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ResultsThatNobodyTakesStopTheWorker(bool ordered)
    {
        const int Chunk = 100_000;
        const int Count = 200;
        var produced = 0;
        using var pool = Pool(1, (handler, _, _) => new FakeWorker(handler, (worker, index, _) =>
        {
            for (var i = 0; i < Count; i++)
            {
                worker.Result(index, new byte[Chunk], 0);
                Interlocked.Increment(ref produced);
            }

            worker.Result(index, [], Last);
            return true;
        }));
        var group = Open(pool, ordered);
        group.Add(Definition, [1], null);
        group.CompleteAdding();
        SpinWait.SpinUntil(() => Volatile.Read(ref produced) == ResultCredit.Window / Chunk, Patience);

        // It is in its eleventh, and comes no further.
        Thread.Sleep(100);
        Assert.Equal(ResultCredit.Window / Chunk, Volatile.Read(ref produced));
        Assert.Equal(Count, Assert.Single(TakeAll(group)).Chunks);
    }

    [Fact]
    public void WhereNoFileCanBeWrittenTheTaskWaitsAndTheUserIsTold()
    {
        using var secondIsStuck = new ManualResetEventSlim();
        var inTime = false;
        using var pool = Pool(2, (handler, _, _) => new FakeWorker(handler, (worker, index, _) =>
            {
                if (index == 0)
                {
                    inTime = secondIsStuck.Wait(Patience);
                }

                for (var i = 0; i < 64; i++)
                {
                    if (index == 1 && i == 33)
                    {
                        secondIsStuck.Set();
                    }

                    worker.Result(index, new byte[1024 * 1024], 0);
                }

                worker.Result(index, [], Last);
                return true;
            }),
            spillFolder: "/nowhere/at/all");
        var group = Open(pool, true);
        group.Add(Definition, [1], null);
        group.Add(Definition, [2], null);
        group.CompleteAdding();
        Assert.Equal([0, 1], TakeAll(group).Select(static result => (int)result.Index));
        Assert.True(inTime);
        Assert.Contains("no room", pool.TakeWarning(), StringComparison.Ordinal);
        Assert.Null(pool.TakeWarning());
    }

    [Fact]
    public void SlowTaskGivesBackWhatWaitsBehindIt()
    {
        var othersWereDone = false;
        var done = 0;
        const int Count = 2000;
        using var pool = Pool(2, (handler, _, _) => new FakeWorker(handler, (worker, index, payload) =>
        {
            if (payload[0] == 1)
            {
                // It goes on only when everything else is done: without the recall, that is never.
                othersWereDone = SpinWait.SpinUntil(() => Volatile.Read(ref done) == Count - 1, Patience);
            }

            worker.Result(index, payload, Last);
            Interlocked.Increment(ref done);
            return true;
        }));
        var group = Open(pool, false);
        for (var i = 0; i < Count; i++)
        {
            group.Add(Definition, [(byte)(i == Count / 2 ? 1 : 0)], null);
        }

        group.CompleteAdding();
        Assert.Equal(Count, TakeAll(group).Count);
        Assert.True(othersWereDone);
    }

    [Fact]
    public void DisposeEndsEveryWorker()
    {
        var workers = new List<FakeWorker>();
        var started = 0;
        using var never = new ManualResetEventSlim();
        var pool = Pool(3, (handler, _, _) =>
        {
            var worker = new FakeWorker(handler, (worker, index, payload) => true);
            workers.Add(worker);
            Interlocked.Increment(ref started);
            return worker;
        });
        var group = Open(pool, true);
        for (var i = 0; i < 10; i++)
        {
            group.Add(Definition, [0], null);
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
            Ended = Task.Factory.StartNew(
                () =>
                {
                    Thread.Sleep(20);
                    handler.OnExited(this, new ExitStatus(1));
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public int ProcessId => 1;

        public string OutputTail => string.Empty;

        public Task Ended { get; }

        public void Post(Runtime.Channels.MessageKind kind, uint id, ReadOnlySpan<byte> payload)
        {
        }

        public Task OutputUpTo(string mark) => Task.CompletedTask;

        public void Kill()
        {
        }

        public void Dispose()
        {
        }
    }
}
