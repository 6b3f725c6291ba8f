using System.Buffers.Binary;
using System.Collections.Concurrent;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Units.Pools;

/// <summary>A worker without a process: it takes the pool's messages and does what a script of the test says with each task.</summary>
internal sealed class FakeWorker : IChildLink
{
    private static int s_lastId;
    private readonly IChildHandler _handler;
    private readonly Func<FakeWorker, long, byte[], bool> _run;
    private readonly BlockingCollection<(MessageKind Kind, uint Id, byte[] Payload)> _inbox = [];
    private readonly TaskCompletionSource _ended = new();
    private readonly object _gate = new();
    private readonly LinkedList<(long Index, byte[] Payload)> _tasks = [];
    private readonly ResultCredit _credit = new();
    private bool _dead;
    private int _definition; // Of the batch at hand.

    /// <param name="handler">The pool's side.</param>
    /// <param name="run">Runs a task; false means: die now.</param>
    internal FakeWorker(IChildHandler handler, Func<FakeWorker, long, byte[], bool> run)
    {
        _handler = handler;
        _run = run;
        new Thread(Live) { IsBackground = true }.Start();
    }

    public int ProcessId { get; } = Interlocked.Increment(ref s_lastId);

    public string OutputTail => "last words";

    public Task Ended => _ended.Task;

    internal int DieWith { get; set; } = -9;

    public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        if (_dead)
        {
            throw new IOException("dead");
        }

        if (id == ChildProtocol.Credit)
        {
            _credit.Return(BinaryPrimitives.ReadInt32LittleEndian(payload));
            return;
        }

        if (id == ChildProtocol.Recall)
        {
            // Not on the caller's thread, which holds the pool's lock.
            new Thread(GiveBack) { IsBackground = true }.Start();
        }
        else if (id != ChildProtocol.Define)
        {
            _inbox.Add((kind, id, payload.ToArray()));
        }
    }

    public Task OutputUpTo(string mark) => Task.CompletedTask;

    public void Kill()
    {
        lock (_gate)
        {
            _dead = true;
        }

        _inbox.Add((MessageKind.Notice, ChildProtocol.End, []));
        _credit.Return(int.MaxValue / 2);
    }

    public void Dispose() => Kill();

    internal void Result(long index, byte[] records, byte flags)
    {
        _credit.Take(records.Length, (flags & 1) != 0);
        if (_dead)
        {
            return;
        }

        var results = new WorkerResults { Number = index, IsLast = (flags & 1) != 0, HasFailed = (flags & 2) != 0, Records = records };
        var message = new byte[results.Size];
        results.Write(message);
        _handler.OnMessage(MessageKind.Notice, ChildProtocol.Results, message);
    }

    /// <summary>Says that it can't set up what the batch is to run.</summary>
    internal void Refuse(byte[] reason)
    {
        var message = new byte[sizeof(int) + reason.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, _definition);
        reason.CopyTo(message, sizeof(int));
        _handler.OnMessage(MessageKind.Notice, ChildProtocol.Refused, message);
    }

    private void Live()
    {
        try
        {
            _handler.OnReady(this);
        }
        catch (IOException)
        {
            // Killed before it was ready; a real link takes this as its end, too.
            _dead = true;
        }

        while (!_dead)
        {
            var (kind, id, payload) = _inbox.Take();
            if (id == ChildProtocol.OpenWorker)
            {
                _handler.OnMessage(MessageKind.Answer, id, []);
            }
            else if (id == ChildProtocol.Tasks)
            {
                _handler.OnMessage(MessageKind.Notice, ChildProtocol.Begun, []);
                Run(payload);
            }
            else if (id == ChildProtocol.End)
            {
                break;
            }
        }

        _handler.OnExited(this, new ExitStatus(DieWith));
        _ended.SetResult();
    }

    private void Run(byte[] payload)
    {
        _definition = BinaryPrimitives.ReadInt32LittleEndian(payload);
        ReadOnlySpan<byte> rest = payload.AsSpan(sizeof(int));
        lock (_gate)
        {
            while (rest.Length > 0)
            {
                var task = WorkerTask.Read(ref rest, out var number);
                _tasks.AddLast((number, task.ToArray()));
            }
        }

        while (NextTask() is { } task && !_dead)
        {
            if (!_run(this, task.Number, task.Payload))
            {
                _dead = true;
                return;
            }
        }
    }

    private FakeTask? NextTask()
    {
        lock (_gate)
        {
            if (_tasks.First is not { } task)
            {
                return null;
            }

            _tasks.RemoveFirst();
            return new FakeTask(task.Value.Index, task.Value.Payload);
        }
    }

    private void GiveBack()
    {
        var count = new byte[4];
        lock (_gate)
        {
            BinaryPrimitives.WriteInt32LittleEndian(count, _tasks.Count);
            _tasks.Clear();
        }

        _handler.OnMessage(MessageKind.Notice, ChildProtocol.Returned, count);
    }

    private sealed record FakeTask(long Number, byte[] Payload);
}
