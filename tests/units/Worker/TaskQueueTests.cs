using System.Buffers.Binary;
using System.Management.Automation;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Units.Values;
using ProcConcurrency.Worker;
using Xunit;

namespace ProcConcurrency.Units.Worker;

public sealed class TaskQueueTests : IDisposable
{
    private readonly Sent _sent = new();
    private readonly TaskRecordSink _sink = new(null!, Codec.Keyed);
    private readonly TaskQueue _queue;
    private Func<bool> _isStopped = static () => false;

    public TaskQueueTests() => _queue = new TaskQueue(_sent, _sink, Codec.Keyed) { IsStopped = () => _isStopped() };

    public void Dispose() => _sink.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_sent_before_the_pool_read_of_the_refusal_is_refused_as_well(bool isRecalled)
    {
        Define(1);
        SendTask(1, 0);
        Assert.Equivalent(new KnownDefinition(1, [1], null), Next());
        if (isRecalled)
        {
            Tell(ChildProtocol.Recall);
        }

        _queue.Refuse(1, [42]);
        SendTask(1, 7);
        Define(2);
        SendTask(2, 8);
        Assert.Equivalent(new KnownDefinition(2, [2], null), Next());
        byte[] refusal = [1, 0, 0, 0, 42];
        Assert.Equal([refusal, refusal], _sent.Of(ChildProtocol.Refused));
        if (isRecalled)
        {
            Assert.Equal([[1, 0, 0, 0]], _sent.Of(ChildProtocol.Returned));
        }
    }

    /// <summary>The pool counts it, too: it tells again what it told before the last few.</summary>
    [Fact]
    public void What_is_refused_takes_the_place_of_no_other()
    {
        foreach (var id in Enumerable.Range(1, ChildProtocol.MaxDefinitions))
        {
            Define(id);
        }

        SendTask(5, 0);
        Assert.Equal(5, Next()?.Id);
        _queue.Refuse(5, []);
        Define(100);
        SendTask(1, 1);
        Assert.Throws<ProtocolException>(() => Next());
        Tell(ChildProtocol.Recall);
        SendTask(2, 2);
        Assert.Equal(2, Next()?.Id);
    }

    [Fact]
    public void What_comes_when_the_process_is_to_end_is_not_begun()
    {
        Define(1);
        SendTask(1, 0);
        Assert.Equal(1, Next()?.Id);

        // It was to go on when it began to wait.
        var asked = 0;
        _isStopped = () => ++asked > 1;
        Assert.Throws<PipelineStoppedException>(() => _queue.MoveNext());
        Assert.Empty(_sent.Of(ChildProtocol.Begun));
    }

    private KnownDefinition? Next() => _queue.AwaitDefinition(static () => false);

    private void Define(int id) => Tell(ChildProtocol.Define, id, [(byte)id]);

    private void SendTask(int definition, long number)
    {
        var task = new byte[WorkerTask.HeaderSize];
        WorkerTask.Write(task, number, []);
        Tell(ChildProtocol.Tasks, definition, task);
    }

    private void Tell(uint id) => _queue.OnMessage(MessageKind.Notice, id, default);

    private void Tell(uint id, int definition, byte[] rest)
    {
        var message = new byte[sizeof(int) + rest.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, definition);
        rest.CopyTo(message, sizeof(int));
        _queue.OnMessage(MessageKind.Notice, id, message);
    }

    private sealed class Sent : IMessageSender
    {
        private readonly List<(uint Id, byte[] Payload)> _messages = [];

        internal IEnumerable<byte[]> Of(uint id) => _messages.Where(message => message.Id == id).Select(static message => message.Payload);

        public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null) => _messages.Add((id, payload.ToArray()));

        public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Post(kind, id, payload);

        public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) => false;
    }
}
