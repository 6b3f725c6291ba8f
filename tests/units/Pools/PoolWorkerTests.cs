using ProcConcurrency.Runtime.Channels;
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
        using var link = new Link();
        var worker = new PoolWorker([], null!);
        worker.Start((_, _, _) => link, null);
        worker.Send(PoolRun.Definition, [new PoolTask(null!, PoolRun.Definition, TaskOptions.Default, null, new byte[100], null)]);
        worker.Recall();
        link.Arrive();
        Assert.Equal([ChildProtocol.Define, ChildProtocol.Tasks, ChildProtocol.Recall], link.Arrived);
    }

    /// <summary>What has to come in order waits behind something large; all else overtakes it.</summary>
    private sealed class Link : IChildLink
    {
        private readonly List<uint> _inOrder = [];

        public int ProcessId => 1;

        public string OutputTail => string.Empty;

        public Task Ended => Task.CompletedTask;

        internal List<uint> Arrived { get; } = [];

        public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Arrived.Add(id);

        public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _inOrder.Add(id);

        public Task OutputUpTo(string mark) => Task.CompletedTask;

        public void Kill()
        {
        }

        public void Dispose()
        {
        }

        internal void Arrive() => Arrived.AddRange(_inOrder);
    }
}
