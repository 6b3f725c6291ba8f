namespace ProcConcurrency.Runtime.Pools;

/// <summary>The groups that a scheduler looks at: those that may get more tasks, have unfinished ones, or have results to take.</summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class OpenGroups
{
    private readonly List<TaskGroup> _groups = [];

    internal IReadOnlyList<TaskGroup> All => _groups;

    /// <summary>How many tasks could be begun if there were workers.</summary>
    internal int Startable
    {
        get
        {
            var count = 0;
            foreach (var group in _groups)
            {
                count += Math.Min(group.Waiting.Count, Math.Max(0, group.Settings.MaxWorkers - group.Workers));
            }

            return count;
        }
    }

    /// <summary>How many tasks wait for a worker.</summary>
    internal int WaitingCount
    {
        get
        {
            var count = 0;
            foreach (var group in _groups)
            {
                count += group.Waiting.Count;
            }

            return count;
        }
    }

    /// <summary>The group whose turn it is: that of the task with the highest priority, and of those the oldest; null where nothing can be begun.</summary>
    internal TaskGroup? Next
    {
        get
        {
            TaskGroup? best = null;
            foreach (var group in _groups)
            {
                if (group.Waiting.Count > 0 && group.Workers < group.Settings.MaxWorkers
                    && (best is null || IsBefore(group.Waiting.Head!, best.Waiting.Head!)))
                {
                    best = group;
                }
            }

            return best;
        }
    }

    internal void Add(TaskGroup group) => _groups.Add(group);

    /// <summary>
    /// A group to which no task comes any more is no longer looked at when its tasks are all over and nobody has to take anything: what
    /// waits to be taken may hold a worker's credit.
    /// </summary>
    internal void Retire(TaskGroup group)
    {
        if (group.HasAllInput && group.Accepted == group.Finished && (group.IsKept || group.IsAbandoned || group.Accepted == group.Taken))
        {
            _groups.Remove(group);
        }
    }

    /// <summary>Whether any other group has unfinished tasks.</summary>
    internal bool IsAnyOtherBusy(TaskGroup group)
    {
        foreach (var other in _groups)
        {
            if (other != group && other.Accepted > other.Finished)
            {
                return true;
            }
        }

        return false;
    }

    internal void Wake()
    {
        foreach (var group in _groups)
        {
            group.Wake();
        }
    }

    private static bool IsBefore(PoolTask task, PoolTask other) => task.Options.Priority != other.Options.Priority
        ? task.Options.Priority > other.Options.Priority
        : task.Number < other.Number;
}
