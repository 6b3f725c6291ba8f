using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>One input on its way through a pool. The pool's lock guards what changes.</summary>
public sealed class PoolItem
{
    // Most items have one chunk; a queue each would be half of what a pool's look-ahead holds.
    private ResultChunk _first;
    private Queue<ResultChunk>? _more;
    private List<object>? _held;

    internal PoolItem(long index, object? tag, byte[] payload, object? kept = null)
    {
        Index = index;
        Tag = tag;
        Payload = payload;
        Kept = kept;
    }

    /// <summary>Its place in the input, from 0.</summary>
    public long Index { get; }

    /// <summary>Whatever the producer wants to know it by.</summary>
    public object? Tag { get; }

    /// <summary>How its worker died, or null.</summary>
    public WorkerCrash? Crash { get; internal set; }

    /// <summary>The encoded input, kept until a worker has finished it: another may have to take it over.</summary>
    internal byte[] Payload { get; private set; }

    /// <summary>What the payload mentions, and must live as long.</summary>
    internal object? Kept { get; private set; }

    internal bool IsDone { get; private set; }

    /// <summary>Whether it stands in the queue of items that have something to take.</summary>
    internal bool IsListed { get; set; }

    internal bool HasChunks => _first.Length > 0;

    /// <summary>The item has records that mention objects: these live as long as it is there, however late its records are taken.</summary>
    internal void Hold(object? held)
    {
        if (held is not null)
        {
            (_held ??= []).Add(held);
        }
    }

    internal void Add(ResultChunk chunk)
    {
        if (!HasChunks)
        {
            _first = chunk;
        }
        else
        {
            (_more ??= new()).Enqueue(chunk);
        }
    }

    internal ResultChunk TakeChunk()
    {
        var chunk = _first;
        _first = _more is not null && _more.TryDequeue(out var next) ? next : default;
        return chunk;
    }

    internal void Finish()
    {
        IsDone = true;
        Payload = [];
        Kept = null;
    }
}

/// <summary>A worker died while it ran a task.</summary>
/// <param name="ProcessId">Its process id.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Output">The last that it wrote to its standard output and error.</param>
public sealed record WorkerCrash(int ProcessId, ExitStatus Status, string Output);

/// <summary>Something of one item to hand on: records, its end, or both.</summary>
/// <param name="Item">The item.</param>
/// <param name="Records">Encoded records, or null.</param>
/// <param name="IsLast">Nothing more will come of this item.</param>
public readonly record struct PoolResult(PoolItem Item, byte[]? Records, bool IsLast);

/// <summary>A pool's counts at one moment.</summary>
/// <param name="Accepted">Items put in.</param>
/// <param name="Finished">Items done, failed ones included.</param>
/// <param name="Failed">Items that wrote an error or whose worker died.</param>
/// <param name="Workers">Workers that live.</param>
public readonly record struct PoolCounts(long Accepted, long Finished, long Failed, int Workers);
