using System.Buffers.Binary;
using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// A worker's tasks, as the sequence that its pipeline enumerates: to move on is to end the task before and to wait
/// for the next. Filled, and on recall emptied, by the reading thread.
/// </summary>
internal sealed class TaskQueue(ParentLink link, TaskRecordSink sink, ValueContext context) : IMessageHandler, IEnumerable, IEnumerator
{
    private const int TaskHeader = 12;

    // Guards _waiting and _ended.
    private readonly object _gate = new();
    private readonly Queue<(long Index, byte[] Payload)> _waiting = [];
    private readonly HashSet<string> _defined = [];
    private bool _ended;

    /// <summary>What each task finds as the first did; null before the worker is set up.</summary>
    internal FreshState? Fresh { get; set; }

    /// <summary>Whether the pool has said that it is done.</summary>
    internal bool IsEnded
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    public object? Current { get; private set; }

    public bool MoveNext()
    {
        while (Next() is var (index, payload))
        {
            Fresh?.Restore();
            sink.BeginTask(index);
            TaskCaller.Begin();
            try
            {
                Current = Read(payload);
                return true;
            }
            catch (ValueFormatException error)
            {
                // Its own item's error, and no reason to end the others.
                sink.Add(RecordStream.Error, Errors.NotReadable(error, null));
            }
        }

        return false;
    }

    /// <summary>Ends the task before, and waits for the next; null when there are no more.</summary>
    private (long Index, byte[] Payload)? Next()
    {
        EndTask();
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_ended)
            {
                Monitor.Wait(_gate);
            }

            return _ended ? null : _waiting.Dequeue();
        }
    }

    /// <summary>Ends the task at hand, if there is one: what it left held is freed, and it is warned of that.</summary>
    internal void EndTask()
    {
        foreach (var held in TaskCaller.End())
        {
            sink.Add(RecordStream.Warning, new WarningRecord(held));
        }

        sink.EndTask();
    }

    public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        switch (id)
        {
            case ChildProtocol.Tasks:
                link.Post(MessageKind.Notice, ChildProtocol.Begun, []);
                Add(payload);
                break;
            case ChildProtocol.Recall:
                GiveBack();
                break;
            case ChildProtocol.Credit:
                sink.Credit.Return(BinaryPrimitives.ReadInt32LittleEndian(payload));
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

    public IEnumerator GetEnumerator() => this;

    public void Reset() => throw new NotSupportedException();

    private object? Read(byte[] payload)
    {
        var reader = new ValueReader(payload, context);
        var item = reader.Read();
        if (reader.AtEnd)
        {
            return item;
        }

        // The item has values of enums that the block doesn't name: their definitions stand before it.
        Define((string[])item!);
        return reader.Read();
    }

    private void Define(string[] types)
    {
        foreach (var type in types.Where(_defined.Add))
        {
            ScriptBlock.Create(type).Invoke();
        }
    }

    private void Add(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            while (payload.Length > 0)
            {
                var index = BinaryPrimitives.ReadInt64LittleEndian(payload);
                var length = BinaryPrimitives.ReadInt32LittleEndian(payload[8..]);
                _waiting.Enqueue((index, payload.Slice(TaskHeader, length).ToArray()));
                payload = payload[(TaskHeader + length)..];
            }

            Monitor.Pulse(_gate);
        }
    }

    private void GiveBack()
    {
        Span<byte> count = stackalloc byte[4];
        lock (_gate)
        {
            BinaryPrimitives.WriteInt32LittleEndian(count, _waiting.Count);
            _waiting.Clear();

            // Inside the lock, so that it comes before the results of whatever is sent here next.
            link.Post(MessageKind.Notice, ChildProtocol.Returned, count);
        }
    }
}
