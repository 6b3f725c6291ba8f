using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>Drives a pool of fake workers from its first item to its last result.</summary>
internal static class PoolRun
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static List<Outcome> Run(int workers, bool ordered, int count, Func<FakeWorker, long, byte[], bool> run)
    {
        using var pool = new WorkerPool(workers, ordered, [], (handler, _) => new FakeWorker(handler, run));
        var results = new Dictionary<long, Outcome>();
        var order = new List<Outcome>();
        for (var i = 0; i < count; i++)
        {
            pool.Add(BitConverter.GetBytes(i), i);
            Take(pool, results, order);
            while (pool.IsFull)
            {
                pool.Wait(Patience);
                Take(pool, results, order);
            }
        }

        pool.CompleteAdding();
        while (!pool.IsDrained)
        {
            pool.Wait(Patience);
            Take(pool, results, order);
        }

        return order;
    }

    internal static List<Outcome> TakeAll(WorkerPool pool)
    {
        var order = new List<Outcome>();
        var results = new Dictionary<long, Outcome>();
        var deadline = new Deadline(TimeSpan.FromSeconds(60));
        while (!pool.IsDrained)
        {
            Assert.False(deadline.IsOver, "The pool doesn't come to its end.");
            pool.Wait(TimeSpan.FromMilliseconds(20));
            Take(pool, results, order);
        }

        return order;
    }

    private static void Take(WorkerPool pool, Dictionary<long, Outcome> results, List<Outcome> order)
    {
        while (pool.TryTake(out var result))
        {
            if (!results.TryGetValue(result.Item.Index, out var outcome))
            {
                results.Add(result.Item.Index, outcome = new Outcome(result.Item.Index));
            }

            outcome.Chunks += result.Records is null ? 0 : 1;
            if (result.IsLast)
            {
                outcome.Crash = result.Item.Crash;
                order.Add(outcome);
            }
        }
    }

    internal sealed record Outcome(long Index)
    {
        public int Chunks { get; set; }

        public WorkerCrash? Crash { get; set; }
    }
}
