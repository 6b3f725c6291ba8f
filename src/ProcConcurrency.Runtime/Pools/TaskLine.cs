namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Tasks that wait: those of a higher priority first, else in their order; what comes back goes to the front of its own. A task that
/// was canceled stays where it is until its turn, and counts no more.
/// </summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class TaskLine
{
    // By rising priority. Nearly always there is one.
    private readonly List<OnePriority> _lines = [];

    /// <summary>How many wait.</summary>
    internal int Count { get; private set; }

    /// <summary>The bytes of their payloads.</summary>
    internal long Bytes { get; private set; }

    /// <summary>The next one; null where none waits.</summary>
    internal PoolTask? Head
    {
        get
        {
            while (_lines.Count > 0)
            {
                var tasks = _lines[^1].Tasks;
                while (tasks.First is { } first)
                {
                    if (first.Value.State == PoolTaskState.Queued)
                    {
                        return first.Value;
                    }

                    tasks.RemoveFirst();
                }

                // A pool may live for long, and each task of it have a priority of its own.
                _lines.RemoveAt(_lines.Count - 1);
            }

            return null;
        }
    }

    /// <summary>Every task that waits.</summary>
    internal IEnumerable<PoolTask> All => _lines.AsEnumerable().Reverse().SelectMany(static line => line.Tasks).Where(static task => task.State == PoolTaskState.Queued);

    internal void Add(PoolTask task, bool atFront = false)
    {
        var tasks = LineOf(task.Options.Priority);
        _ = atFront ? tasks.AddFirst(task) : tasks.AddLast(task);
        Count++;
        Bytes += task.Payload.Length;
    }

    /// <summary>Takes the head off.</summary>
    internal void RemoveHead(PoolTask head)
    {
        LineOf(head.Options.Priority).RemoveFirst();
        Forget(head);
    }

    /// <summary>A task that waits here is about to be canceled.</summary>
    internal void Forget(PoolTask task)
    {
        Count--;
        Bytes -= task.Payload.Length;
    }

    private LinkedList<PoolTask> LineOf(int priority)
    {
        var (place, end) = (0, _lines.Count);
        while (place < end)
        {
            var middle = (place + end) / 2;
            (place, end) = _lines[middle].Priority < priority ? (middle + 1, end) : (place, middle);
        }

        if (place == _lines.Count || _lines[place].Priority != priority)
        {
            _lines.Insert(place, new OnePriority(priority, new LinkedList<PoolTask>()));
        }

        return _lines[place].Tasks;
    }

    private sealed record OnePriority(int Priority, LinkedList<PoolTask> Tasks);
}
