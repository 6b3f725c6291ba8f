namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Tasks that wait: those of a higher priority first, else in their order; what comes back goes to the front of its own. A task that
/// was canceled stays where it is until its turn, and counts no more.
/// </summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class TaskLine
{
    // By rising priority. Nearly always there is one.
    private readonly SortedList<int, LinkedList<PoolTask>> _lines = [];

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
                var tasks = _lines.GetValueAtIndex(_lines.Count - 1);
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
    internal IEnumerable<PoolTask> All => _lines.Values.Reverse().SelectMany(static tasks => tasks).Where(static task => task.State == PoolTaskState.Queued);

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
        if (!_lines.TryGetValue(priority, out var tasks))
        {
            _lines.Add(priority, tasks = new LinkedList<PoolTask>());
        }

        return tasks;
    }
}
