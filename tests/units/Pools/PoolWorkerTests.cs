using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>What a worker's process is told, and in which order.</summary>
public sealed class PoolWorkerTests
{
    [Fact]
    public void RecallDoesNotOvertakeTheBatchThatItIsFor()
    {
        using var link = new FakeLink();
        var worker = new PoolWorker([], null!);
        worker.Start((_, _, _) => link, null);
        worker.Send(PoolRun.Definition, [new PoolTask(null!, PoolRun.Definition, TaskOptions.Default, null, new byte[100], null)]);
        worker.Recall();
        link.Arrive();
        Assert.Equal([ChildProtocol.Define, ChildProtocol.Tasks, ChildProtocol.Recall], link.Arrived);
    }
}
