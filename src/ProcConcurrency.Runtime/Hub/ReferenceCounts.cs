namespace ProcConcurrency.Runtime.Hub;

/// <summary>How often each of some objects is counted.</summary>
/// <remarks>The hub's gate guards it.</remarks>
internal sealed class ReferenceCounts
{
    private readonly Dictionary<long, Entry> _entries = [];

    /// <summary>How often an object is counted.</summary>
    internal int this[long id] => _entries.TryGetValue(id, out var entry) ? entry.Count : 0;

    /// <summary>Counts it once more.</summary>
    internal void Add(long id)
    {
        if (_entries.TryGetValue(id, out var entry))
        {
            entry.Count++;
        }
        else
        {
            _entries.Add(id, new Entry(id));
        }
    }

    /// <summary>Counts it once less; false where it was not counted.</summary>
    internal bool Remove(long id)
    {
        if (!_entries.TryGetValue(id, out var entry))
        {
            return false;
        }

        if (--entry.Count == 0)
        {
            _entries.Remove(id);
        }

        return true;
    }

    /// <summary>Counts none any more; gives what was counted.</summary>
    internal Entry[] Clear()
    {
        Entry[] entries = [.. _entries.Values];
        _entries.Clear();
        return entries;
    }

    /// <summary>An object, and how often it is counted. A class, for a table of numbers is compiled anew in each process.</summary>
    internal sealed class Entry(long id)
    {
        internal long Id => id;

        internal int Count { get; set; } = 1;
    }
}
