namespace ProcConcurrency.Worker;

/// <summary>A record of one of PowerShell's streams.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Record">The record.</param>
internal readonly record struct StreamRecord(RecordStream Stream, object? Record);

/// <summary>
/// Records in their order. A list of the framework's would do, but the machine code of one whose elements are values is in no image: it is
/// compiled anew in each process, and slow at first.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="capacity">How many it takes before it grows.</param>
internal sealed class StreamRecords(int capacity = 4)
{
    private StreamRecord[] _items = new StreamRecord[capacity];

    internal int Count { get; private set; }

    /// <summary>Those that are there now.</summary>
    internal ReadOnlySpan<StreamRecord> Span => _items.AsSpan(0, Count);

    internal void Add(RecordStream stream, object? record)
    {
        if (Count == _items.Length)
        {
            var larger = new StreamRecord[Math.Max(4, 2 * Count)];
            Array.Copy(_items, larger, Count);
            _items = larger;
        }

        _items[Count++] = new StreamRecord(stream, record);
    }

    internal void Clear()
    {
        Array.Clear(_items, 0, Count);
        Count = 0;
    }

    /// <summary>The records of one stream.</summary>
    internal IEnumerable<object?> Of(RecordStream stream)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_items[i].Stream == stream)
            {
                yield return _items[i].Record;
            }
        }
    }
}
