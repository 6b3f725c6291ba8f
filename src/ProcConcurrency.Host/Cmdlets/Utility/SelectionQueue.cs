using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Which objects of a stream -First, -Last, -Skip and -SkipLast let through.</summary>
internal sealed class SelectionQueue(int first, int last, int skip, int skipLast, bool limited)
{
    private readonly Queue<PSObject> _held = new();
    private int _skipped;
    private int _passed;

    /// <summary>Whether no later object can get through.</summary>
    internal bool Complete => limited && last == 0 && first != 0 && _passed >= first;

    /// <summary>Takes one object; returns the one that may go on now, if any.</summary>
    internal PSObject? Next(PSObject item)
    {
        if (last > 0 && first == 0)
        {
            // -Skip counts from the end here.
            Hold(item, last + skip);
            return null;
        }

        if (_skipped < skip)
        {
            _skipped++;
            return null;
        }

        if (skipLast > 0)
        {
            _held.Enqueue(item);
            return _held.Count > skipLast ? _held.Dequeue() : null;
        }

        if (!limited || _passed < first)
        {
            _passed++;
            return item;
        }

        if (last > 0)
        {
            Hold(item, last);
        }

        return null;
    }

    /// <summary>What goes on once the stream has ended.</summary>
    internal IEnumerable<PSObject> Rest()
    {
        if (skipLast > 0)
        {
            yield break;
        }

        var keep = first == 0 ? skip : 0;
        while (_held.Count > keep)
        {
            yield return _held.Dequeue();
        }
    }

    private void Hold(PSObject item, int most)
    {
        _held.Enqueue(item);
        if (_held.Count > most)
        {
            _held.Dequeue();
        }
    }
}
