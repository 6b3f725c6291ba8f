namespace ProcConcurrency.Runtime.Pools;

/// <summary>Tasks that wait for the time of their next attempt.</summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class DelayedTasks(SchedulerClock clock)
{
    // Those that were canceled stay until their time, and count no more. Made when it is needed, for it is compiled anew in each process.
    private PriorityQueue<PoolTask, long>? _tasks;

    /// <summary>How many wait.</summary>
    internal int Count { get; private set; }

    internal void Add(PoolTask task, TimeSpan delay)
    {
        var due = clock.After(delay);
        task.IsDelayed = true;
        Count++;
        (_tasks ??= new()).Enqueue(task, due);
        clock.Require(due);
    }

    /// <summary>It is over before its time came.</summary>
    internal void Forget(PoolTask task)
    {
        task.IsDelayed = false;
        if (--Count == 0)
        {
            _tasks!.Clear();
        }
    }

    /// <summary>Those of a group.</summary>
    internal IEnumerable<PoolTask> Of(TaskGroup group) =>
        _tasks is null ? [] : _tasks.UnorderedItems.Select(static item => item.Element).Where(task => task.Group == group && task.IsDelayed);

    /// <summary>Lets those whose time has come wait for a worker again.</summary>
    internal void Release(long now)
    {
        while (_tasks is not null && _tasks.TryPeek(out var task, out var due))
        {
            if (task.IsDelayed && due > now)
            {
                clock.Require(due);
                return;
            }

            _tasks.Dequeue();
            if (task.IsDelayed)
            {
                Count--;
                task.IsDelayed = false;
                task.Group.Waiting.Add(task, atFront: true);
            }
        }
    }
}
