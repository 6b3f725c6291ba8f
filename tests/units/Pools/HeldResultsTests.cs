using Xunit;
using static ProcConcurrency.Units.Pools.PoolRun;

namespace ProcConcurrency.Units.Pools;

/// <summary>What looks at the memory of the whole process, in which nothing else may run meanwhile.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;

[Collection("alone")]
public sealed class HeldResultsTests
{
    private const byte Last = 1;

    [Fact]
    public void ResultsThatWaitForTheirTurnStopNobodyAndLieInAFile()
    {
        const int Count = 100;
        using var secondIsDone = new ManualResetEventSlim();
        var folder = Directory.CreateTempSubdirectory("pool-").FullName;
        var start = GC.GetTotalMemory(forceFullCollection: true);
        var grown = 0L;
        var inTime = false;
        using var pool = Pool(2, (handler, _, _) => new FakeWorker(handler, (worker, index, _) =>
            {
                if (index == 0)
                {
                    // Told on the test's own thread: what is thrown here would end the process.
                    inTime = secondIsDone.Wait(Patience);
                    grown = GC.GetTotalMemory(forceFullCollection: true) - start;
                    worker.Result(index, [1], Last);
                    return true;
                }

                for (var i = 0; i < Count; i++)
                {
                    var bytes = new byte[1024 * 1024];
                    bytes[0] = (byte)i;
                    worker.Result(index, bytes, 0);
                }

                worker.Result(index, [], Last);
                secondIsDone.Set();
                return true;
            }),
            spillFolder: folder);
        var group = Open(pool, true);
        group.Add(Definition, [1], null);
        group.Add(Definition, [2], null);
        group.CompleteAdding();
        List<byte> marks = [];
        while (!group.IsDrained)
        {
            group.Wait(Patience);
            while (group.TryTake(out var result))
            {
                if (result is { Task.Index: 1, Records: { } records })
                {
                    marks.Add(records[0]);
                }
            }
        }

        Assert.Equal(Enumerable.Range(0, Count), marks.Select(static mark => (int)mark));
        Assert.InRange(grown, 0, 50 << 20);
        Assert.Null(pool.TakeWarning());
        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }
}
