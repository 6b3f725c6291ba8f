using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>Drives a pool of fake workers from its first item to its last result.</summary>
internal static class PoolRun
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TaskDefinition s_definition = new([]);

    internal static TaskDefinition Definition => s_definition;

    internal static WorkerPool Pool(int workers, Func<IChildHandler, IDisposable?, Action<string>, IChildLink> start, string? spillFolder = null) =>
        new(new PoolSettings { Size = workers, MinSize = 1, SpillFolder = spillFolder }, new WorkerSource([], start));

    internal static TaskGroup Open(WorkerPool pool, bool ordered) =>
        pool.Open(new TaskGroupSettings { Order = ordered ? ResultOrder.Input : ResultOrder.Ready });

    internal static List<Outcome> Run(int workers, bool ordered, int count, Func<FakeWorker, long, byte[], bool> run)
    {
        using var pool = Pool(workers, (handler, _, _) => new FakeWorker(handler, run));
        var group = Open(pool, ordered);
        var results = new Dictionary<long, Outcome>();
        var order = new List<Outcome>();
        for (var i = 0; i < count; i++)
        {
            group.Add(s_definition, BitConverter.GetBytes(i), i);
            Take(group, results, order);
            while (group.IsFull)
            {
                group.Wait(Patience);
                Take(group, results, order);
            }
        }

        group.CompleteAdding();
        while (!group.IsDrained)
        {
            group.Wait(Patience);
            Take(group, results, order);
        }

        return order;
    }

    internal static List<Outcome> TakeAll(TaskGroup group)
    {
        var order = new List<Outcome>();
        var results = new Dictionary<long, Outcome>();
        var deadline = new Deadline(TimeSpan.FromSeconds(60));
        while (!group.IsDrained)
        {
            Assert.False(deadline.IsOver, "The pool doesn't come to its end.");
            group.Wait(TimeSpan.FromMilliseconds(20));
            Take(group, results, order);
        }

        return order;
    }

    private static void Take(TaskGroup group, Dictionary<long, Outcome> results, List<Outcome> order)
    {
        while (group.TryTake(out var result))
        {
            if (!results.TryGetValue(result.Task.Index, out var outcome))
            {
                results.Add(result.Task.Index, outcome = new Outcome(result.Task.Index));
            }

            outcome.Chunks += result.Records is null ? 0 : 1;
            if (result.IsLast)
            {
                outcome.Crash = result.Task.Crashes is [.., var crash] ? crash : null;
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
