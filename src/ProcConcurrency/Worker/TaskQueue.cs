using System.Buffers.Binary;
using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// A worker's tasks, which its pipeline enumerates by a <see cref="TaskSequence"/>: to move on is to end the task before and to wait for
/// the next. The sequence ends where the next task runs something else, for which the worker makes another pipeline. Filled, and on
/// recall emptied, by the reading thread.
/// </summary>
internal sealed class TaskQueue(IMessageSender link, TaskRecordSink sink, ValueContext context) : IMessageHandler
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    // Guards what follows.
    private readonly object _gate = new();
    private readonly Queue<WaitingTask> _waiting = [];
    private readonly KnownDefinitions _definitions = new();
    private bool _isNewBatch;
    private byte[]? _mark;
    private bool _ended;

    // Of the pipeline's thread.
    private readonly HashSet<string> _defined = [];
    private int _current;

    /// <summary>What each task finds as the first did; null before the worker is set up.</summary>
    internal FreshState? Fresh { get; set; }

    /// <summary>Whether the pool wants to know how much memory this process uses.</summary>
    internal bool ReportsMemory { get; set; }

    /// <summary>Whether this process was asked to end.</summary>
    internal Func<bool> IsStopped { get; init; } = static () => false;

    /// <summary>Whether each task brings its own arguments, and whether it has an input at all.</summary>
    internal TaskForm Form { get; set; }

    /// <summary>The arguments of the task at hand, by position, where it brings its own.</summary>
    internal object?[]? ArgumentList { get; private set; }

    /// <summary>The arguments of the task at hand, by name, where it brings its own.</summary>
    internal IDictionary? Parameters { get; private set; }

    /// <summary>The input of the task at hand.</summary>
    internal object? Current { get; private set; }

    /// <summary>
    /// Waits until there is something to run, and gives what that is; null at the end. Between two pools it rests.
    /// </summary>
    /// <param name="rest">Lets go what the pool before had run; false where this worker is no good for another.</param>
    internal KnownDefinition? AwaitDefinition(Func<bool> rest)
    {
        while (true)
        {
            byte[]? mark;
            lock (_gate)
            {
                while (_waiting.Count == 0 && !_ended && _mark is null)
                {
                    Monitor.Wait(_gate);
                }

                if (_ended)
                {
                    return null;
                }

                mark = _mark;
                _mark = null;
                if (mark is null)
                {
                    _current = _waiting.Peek().Definition;
                    var known = _definitions.Find(_current) ?? throw new ProtocolException("the pool sent tasks of a kind that it did not define");
                    if (known.Refusal is not { } refusal)
                    {
                        return known;
                    }

                    // They were sent before the pool had read that this kind is refused.
                    Drop(_current, refusal);
                    continue;
                }
            }

            if (!rest())
            {
                return null;
            }

            Rest(mark);
        }
    }

    /// <summary>What the next tasks run can't be set up: they are dropped, and the pool is told why.</summary>
    internal void Refuse(int definition, ReadOnlySpan<byte> reason)
    {
        var message = new byte[sizeof(int) + reason.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, definition);
        reason.CopyTo(message.AsSpan(sizeof(int)));
        lock (_gate)
        {
            _definitions.Refuse(definition, message);
            Drop(definition, message);
        }
    }

    /// <summary>Ends the task before, and waits for the next; false where there are no more of this kind.</summary>
    /// <exception cref="PipelineStoppedException">This process is to end. The task before was not done, though its block caught that.</exception>
    internal bool MoveNext()
    {
        if (IsStopped())
        {
            throw new PipelineStoppedException();
        }

        while (Next() is { } task)
        {
            sink.BeginTask(task.Number);
            TaskCaller.Begin();

            // What is wrong from here on is its own item's error, and no reason to end the others.
            try
            {
                Fresh?.Restore();
                Read(task.Payload);
                return true;
            }
            catch (ValueFormatException error)
            {
                sink.Add(RecordStream.Error, Errors.NotReadable(error, null));
            }
            catch (CallerException error)
            {
                sink.Add(RecordStream.Error, error.Record);
            }
            catch (RuntimeException error) when (error is not PipelineStoppedException)
            {
                sink.Add(RecordStream.Error, ThrownError.RecordOf(error));
            }
        }

        return false;
    }

    /// <summary>
    /// Ends the task at hand, if there is one: what it left held is freed, and it is warned of that. Where it failed and its call may be
    /// at its end with that, the others of its batch are not begun: they go back, and come again where they are still wanted.
    /// </summary>
    internal void EndTask()
    {
        // Whichever way its pipeline ends: the next task may be of another kind, which brings none.
        Current = ArgumentList = null;
        Parameters = null;
        foreach (var held in TaskCaller.End())
        {
            sink.Add(RecordStream.Warning, new WarningRecord(held));
        }

        // Taken out before the pool hears of the failure, after which it may send what is wanted.
        var left = Form.HasFlag(TaskForm.EndsBatchByError) && sink.HasFailed ? TakeWaiting() : 0;
        sink.EndTask(ReportsMemory);
        if (left > 0)
        {
            Tell(ChildProtocol.Declined, left);
        }
    }

    /// <summary>The task at hand has ended by an error.</summary>
    internal void Fail(ErrorRecord error) => sink.Add(RecordStream.Error, error);

    public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        switch (id)
        {
            case ChildProtocol.Define:
                Define(BinaryPrimitives.ReadInt32LittleEndian(payload), payload[sizeof(int)..].ToArray());
                break;
            case ChildProtocol.Tasks:
                Add(payload);
                break;
            case ChildProtocol.Recall:
                GiveBack();
                break;
            case ChildProtocol.Credit:
                sink.Credit.Return(BinaryPrimitives.ReadInt32LittleEndian(payload));
                break;
            case ChildProtocol.Rest:
                lock (_gate)
                {
                    _definitions.Clear();
                    _mark = payload.ToArray();
                    Monitor.Pulse(_gate);
                }

                break;
            default:
                lock (_gate)
                {
                    _ended = true;
                    Monitor.Pulse(_gate);
                }

                break;
        }
    }

    public void OnClosed(Exception? cause)
    {
    }

    private void Drop(int definition, byte[] message)
    {
        while (_waiting.TryPeek(out var task) && task.Definition == definition)
        {
            _waiting.Dequeue();
        }

        link.Post(MessageKind.Notice, ChildProtocol.Refused, message);
    }

    /// <summary>Ends the task before, and waits for the next; null where there are no more of this kind.</summary>
    private WaitingTask? Next()
    {
        EndTask();
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_ended && _mark is null)
            {
                Monitor.Wait(_gate);
            }

            if (_ended || _waiting.Count == 0 || _waiting.Peek().Definition != _current)
            {
                return null;
            }

            if (IsStopped())
            {
                // What came meanwhile has not begun, and goes to another worker.
                throw new PipelineStoppedException();
            }

            if (_isNewBatch)
            {
                // Inside the lock, so that it comes before the word that the rest is given back.
                _isNewBatch = false;
                link.Post(MessageKind.Notice, ChildProtocol.Begun, []);
            }

            return _waiting.Dequeue();
        }
    }

    private void Read(byte[] payload)
    {
        var reader = new ValueReader(payload, context);
        var item = reader.Read();
        if (!reader.AtEnd)
        {
            // The item has values of enums that the block doesn't name: their definitions stand before it.
            Define((string[])item!);
            item = reader.Read();
        }

        if (!Form.HasFlag(TaskForm.OwnArguments))
        {
            Current = item;
            return;
        }

        var call = (object?[])item!;
        Current = call[0];
        ArgumentList = (object?[]?)call[1] ?? [];
        Parameters = (IDictionary?)call[2] ?? new Hashtable();
    }

    private void Define(string[] types)
    {
        foreach (var type in types.Where(_defined.Add))
        {
            var block = ScriptBlock.Create(type);
            block.Invoke();
            foreach (var definition in ((ScriptBlockAst)block.Ast).EndBlock.Statements.OfType<TypeDefinitionAst>())
            {
                ScriptEnums.RememberNewest(definition.Name);
            }
        }
    }

    private void Define(int id, byte[] payload)
    {
        lock (_gate)
        {
            _definitions.Add(id, payload);
        }
    }

    private void Add(ReadOnlySpan<byte> payload)
    {
        var definition = BinaryPrimitives.ReadInt32LittleEndian(payload);
        payload = payload[sizeof(int)..];
        lock (_gate)
        {
            _isNewBatch = true;
            while (payload.Length > 0)
            {
                var task = WorkerTask.Read(ref payload, out var number);
                _waiting.Enqueue(new WaitingTask(definition, number, task.ToArray()));
            }

            Monitor.Pulse(_gate);
        }
    }

    private void GiveBack()
    {
        lock (_gate)
        {
            // Inside the lock, so that it comes before the results of whatever is sent here next.
            Tell(ChildProtocol.Returned, TakeWaiting());
        }
    }

    private int TakeWaiting()
    {
        lock (_gate)
        {
            var count = _waiting.Count;
            _waiting.Clear();
            return count;
        }
    }

    private void Tell(uint id, int count)
    {
        Span<byte> payload = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(payload, count);
        link.Post(MessageKind.Notice, id, payload);
    }

    /// <summary>The pool is told that all output is out. If no other comes soon, the memory of what was let go is given back, too.</summary>
    private void Rest(byte[] mark)
    {
        _defined.Clear();
        Console.Out.Flush();
        Console.Error.Flush();
        using (var output = Console.OpenStandardOutput())
        {
            output.Write([.. mark, (byte)'\n']);
        }

        lock (_gate)
        {
            if (_waiting.Count > 0 || _ended || Monitor.Wait(_gate, s_pause))
            {
                return;
            }
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}

/// <summary>A task that was sent to this worker.</summary>
/// <param name="Definition">The number of what it runs.</param>
/// <param name="Number">Its own.</param>
/// <param name="Payload">What its block gets, encoded.</param>
internal sealed record WaitingTask(int Definition, long Number, byte[] Payload);

/// <summary>How a task brings what its block gets.</summary>
[Flags]
internal enum TaskForm
{
    /// <summary>It is its input, and all have the same further arguments.</summary>
    InputOnly = 0,

    /// <summary>It has arguments of its own.</summary>
    OwnArguments = 1,

    /// <summary>It has no input.</summary>
    NoInput = 2,

    /// <summary>Where one fails, its worker begins none that it has behind it, unless it is sent again.</summary>
    EndsBatchByError = 4,
}
