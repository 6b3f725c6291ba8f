using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// One worker process of a pool, seen from the session. It runs the items of its batch in their order and says after
/// each that it is done, so the first unfinished one is the one it was at when it died.
/// </summary>
/// <remarks>State marked so is guarded by the pool's lock.</remarks>
internal sealed class PoolWorker(WorkerPool pool) : IChildHandler
{
    private const int ResultHeader = 9;
    private const byte LastOfTask = 1;
    private const byte TaskFailed = 2;
    private const byte Mentions = 4;

    // The encoded batch: written under the pool's lock, sent by the one thread that made the worker busy.
    private byte[] _message = new byte[4096];
    private int _messageLength;
    private IChildLink? _link;
    private int _next;      // Guarded by the pool.
    private long _sentAt;   // Guarded by the pool.
    private bool _recalled; // Guarded by the pool.
    private int _credit;    // Guarded by the pool.

    /// <summary>Guarded by the pool.</summary>
    internal List<PoolItem> Batch { get; } = [];

    /// <summary>Whether it has come up. Guarded by the pool.</summary>
    internal bool IsOpen { get; set; }

    /// <summary>Guarded by the pool.</summary>
    internal bool IsIdle { get; set; }

    /// <summary>Whether the worker has said that it is at its batch; reset before each one is sent.</summary>
    internal bool HasBegun { get; private set; }

    /// <summary>Guarded by the pool.</summary>
    internal bool HasFinishedAny { get; private set; }

    internal int BatchCount { get; private set; }

    internal PoolItem? Current => _next < Batch.Count ? Batch[_next] : null;

    internal TimeSpan BatchAge => Stopwatch.GetElapsedTime(_sentAt);

    internal bool CanRecall => !_recalled && HasBegun && Batch.Count - _next > 1;

    /// <summary>Whether there is a process.</summary>
    internal bool IsStarted => Volatile.Read(ref _link) is not null;

    internal void Start(Func<IChildHandler, StartPlace?, IChildLink> start, StartPlace? place)
    {
        var link = start(this, place);
        Volatile.Write(ref _link, link);
    }

    public void OnReady(IChildLink child)
    {
        Volatile.Write(ref _link, child);
        child.Post(MessageKind.Request, ChildProtocol.OpenWorker, pool.Opening);
    }

    public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        switch (id)
        {
            case ChildProtocol.OpenWorker when kind == MessageKind.Answer:
                SendNext();
                break;
            case ChildProtocol.OpenWorker when kind == MessageKind.Fault:
                pool.FailStart(payload.ToArray());
                break;
            case ChildProtocol.Begun:
                HasBegun = true;
                break;
            case ChildProtocol.Results when payload.Length >= ResultHeader:
                var flags = payload[8];
                var records = payload[ResultHeader..];
                var held = (flags & Mentions) != 0 ? Hold(ref records) : null;
                if (pool.AddRecords(
                    this, BinaryPrimitives.ReadInt64LittleEndian(payload), records, (flags & LastOfTask) != 0, (flags & TaskFailed) != 0, held))
                {
                    SendNext();
                }

                break;
            case ChildProtocol.Returned when payload.Length == 4:
                if (pool.TakeBack(this, BinaryPrimitives.ReadInt32LittleEndian(payload)))
                {
                    SendNext();
                }

                break;
            default:
                throw new ProtocolException($"a worker sent a {kind} message with the unknown id {id}");
        }
    }

    public void OnExited(IChildLink child, ExitStatus status) => pool.Remove(this, new WorkerCrash(child.ProcessId, status, child.OutputTail));

    /// <summary>Gives the worker its next batch, where there is one. Called by the one thread that made it busy.</summary>
    internal void SendNext()
    {
        if (pool.FillBatch(this))
        {
            TrySend(ChildProtocol.Tasks, _message.AsSpan(0, _messageLength));
        }
    }

    /// <summary>Some results of the worker were taken, or need no credit: gives what it is to be told now. Guarded by the pool.</summary>
    internal int Credit(int cost)
    {
        _credit += cost;
        if (_credit < ResultCredit.Portion)
        {
            return 0;
        }

        var amount = _credit;
        _credit = 0;
        return amount;
    }

    /// <summary>Tells the worker that it has so much credit again.</summary>
    internal void SendCredit(int amount)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(payload, amount);
        TrySend(ChildProtocol.Credit, payload);
    }

    internal void Recall() => TrySend(ChildProtocol.Recall, []);

    internal void MarkRecalled() => _recalled = true;

    internal void BeginBatch()
    {
        Encode();
        BatchCount = Batch.Count;
        _sentAt = Stopwatch.GetTimestamp();
        _recalled = false;
        HasBegun = false;
    }

    /// <summary>The current item is done; true when the batch is.</summary>
    internal bool Advance()
    {
        HasFinishedAny = true;
        if (++_next < Batch.Count)
        {
            return false;
        }

        Batch.Clear();
        _next = 0;
        return true;
    }

    /// <summary>Takes the last items of the batch away, at most those that are unfinished.</summary>
    internal List<PoolItem> TakeBack(int count)
    {
        count = Math.Clamp(count, 0, Batch.Count - _next);
        var items = Batch.GetRange(Batch.Count - count, count);
        Batch.RemoveRange(Batch.Count - count, count);
        if (_next >= Batch.Count)
        {
            Batch.Clear();
            _next = 0;
        }

        return items;
    }

    /// <summary>Lets it end itself where it is idle; gives the process that is to be ended where it is not.</summary>
    internal IChildLink? End()
    {
        if (!IsIdle)
        {
            return Volatile.Read(ref _link);
        }

        TrySend(ChildProtocol.End, []);
        return null;
    }

    internal void WaitEnded(TimeSpan grace)
    {
        if (Volatile.Read(ref _link) is { } link && !link.Ended.Wait(grace))
        {
            link.Kill();
            link.Ended.Wait();
        }
    }

    /// <summary>The records mention objects: this process holds them from here on, before anything later of the worker is read.</summary>
    private static object? Hold(ref ReadOnlySpan<byte> records)
    {
        var count = records.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(records);
        if (count < 0 || count > (records.Length - sizeof(int)) / sizeof(long))
        {
            throw new ProtocolException("a worker's records mention more objects than there is room for");
        }

        var ids = MemoryMarshal.Cast<byte, long>(records.Slice(sizeof(int), count * sizeof(long)).ToArray());
        records = records[(sizeof(int) + (count * sizeof(long)))..];
        return Session.Current.Hub.References.Hold(ids, isCounted: false);
    }

    private void Encode()
    {
        var length = 0;
        foreach (var item in Batch)
        {
            length += 12 + item.Payload.Length;
        }

        if (_message.Length < length)
        {
            _message = new byte[Math.Max(length, 2 * _message.Length)];
        }

        var target = _message.AsSpan();
        foreach (var item in Batch)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, item.Index);
            BinaryPrimitives.WriteInt32LittleEndian(target[8..], item.Payload.Length);
            item.Payload.CopyTo(target[12..]);
            target = target[(12 + item.Payload.Length)..];
        }

        _messageLength = length;
    }

    private void TrySend(uint id, ReadOnlySpan<byte> payload)
    {
        try
        {
            _link!.Post(MessageKind.Notice, id, payload);
        }
        catch (IOException)
        {
            // The worker is gone; OnExited follows and puts its batch back.
        }
    }
}
