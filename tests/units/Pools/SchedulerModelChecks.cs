using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>What must hold of a scheduler after each step, and at the end.</summary>
internal static class SchedulerModelChecks
{
    /// <summary>Whatever can go on has an alarm, a worker, or a wish for one.</summary>
    internal static void AssertNothingIsForgotten(SchedulerModel model)
    {
        if (model.WasEnded)
        {
            return;
        }

        int startable = 0, waiting = 0;
        foreach (var group in model.Groups)
        {
            if (!group.IsAbandoned)
            {
                startable += Math.Min(group.Group.Waiting.Count, Math.Max(0, group.Group.Settings.MaxWorkers - group.Group.Workers));
            }

            waiting += group.Group.Waiting.Count;
            foreach (var task in group.Group.Waiting.Count == 0 ? group.Tasks.TakeLast(4) : [])
            {
                Assert.False(task.Task.IsDelayed && model.Alarm == long.MaxValue, "a delayed task has no alarm");
            }
        }

        int active = 0, starting = 0, idling = 0, retiring = 0;
        var busy = model.Workers.Count(static worker => worker.Slot is { IsEnding: false, Batch.Count: > 0 });
        Assert.True(busy <= Math.Max(model.Scheduler.Size, model.Busy), "more workers are at tasks than the pool's size");
        model.Busy = busy;
        foreach (var worker in model.Workers)
        {
            var slot = worker.Slot;
            idling += slot.IdleSince is null ? 0 : 1;
            retiring += slot is { IsRetiring: true, IsEnding: false } ? 1 : 0;
            active += slot.IsRetiring ? 0 : 1;
            starting += slot is { IsRetiring: false, IsOpen: false } ? 1 : 0;
            Assert.True(worker.DoneCount <= model.Settings.MaxTasksPerWorker, "a worker does more tasks than it may");
            if (slot.IsEnding)
            {
                continue;
            }

            if (slot.IdleSince is { } idle)
            {
                Assert.True(startable == 0 || busy >= model.Scheduler.Size, "a worker stands idle though tasks wait");
                Assert.False(slot.IsRetiring, "a worker that is to go stands idle");
            }

            if (slot.Current is { State: PoolTaskState.Running, Condemned: PoolTaskCause.None, Options.Timeout: { } limit } task)
            {
                AssertAlarm(model, task.StartedAt, limit);
            }

            if (slot.BeginLimit is { } most)
            {
                AssertAlarm(model, slot.SentAt, most);
            }

            if (slot.IsAtCondemned || slot.IsLate)
            {
                Assert.NotNull(slot.RecalledAt);
                AssertAlarm(model, slot.RecalledAt.Value, TimeSpan.FromMilliseconds(500));
            }

            Assert.False(slot.DoneCount + slot.BatchCount - slot.Next > model.Settings.MaxTasksPerWorker && slot.Batch.Count > 0, "a worker has more tasks than it may do");
        }

        var needed = Math.Max(startable, Math.Min(waiting, retiring));
        if (model.Settings.IdleTimeout is { } patience && active > model.Scheduler.MinSize && needed == 0)
        {
            foreach (var worker in model.Workers)
            {
                if (worker.Slot.IdleSince is { } idle)
                {
                    AssertAlarm(model, idle, patience);
                }
            }
        }

        if (model.Scheduler.Failure is not null)
        {
            Assert.Equal(0, startable);
        }
        else if (active < model.Scheduler.Size && (active < model.Scheduler.MinSize || needed > starting + idling))
        {
            Assert.True(model.IsWanted || model.RefusedAt is not null, "a worker is wanted, and nobody was told");
            if (!model.IsWanted)
            {
                AssertAlarm(model, model.RefusedAt!.Value, TimeSpan.FromSeconds(1));
            }
        }
    }

    private static void AssertAlarm(SchedulerModel model, long begin, TimeSpan time) =>
        Assert.True(model.Alarm - 1000 <= Math.Max(model.Time.Now, begin + (long)(time.TotalSeconds * model.Time.TimestampFrequency)), "nothing wakes the scheduler in time");

    /// <summary>At the end: every task is over, the counts add up, and all that was lent or held has been given back.</summary>
    internal static void AssertAllIsOver(SchedulerModel model)
    {
        foreach (var group in model.Groups)
        {
            var counts = group.Group.Counts;
            Assert.Equal(group.Tasks.Count, counts.Accepted);
            Assert.Equal(group.Tasks.Count, counts.Finished);
            Assert.Equal(group.Tasks.Count, group.OverCount);
            Assert.Equal(group.Tasks.Count(static task => task.Task.State is PoolTaskState.Failed or PoolTaskState.Lost), counts.Failed);
            Assert.Equal(group.Tasks.Count(static task => task.Task.State == PoolTaskState.Canceled), counts.Canceled);
            Assert.True(group.IsAbandoned || group.Order == ResultOrder.Kept || group.Group.IsDrained);
            foreach (var task in group.Order == ResultOrder.Kept ? group.Tasks : [])
            {
                if (!group.IsAbandoned)
                {
                    task.ReadKept(model.Scheduler.ReadKept(task.Task));
                }

                model.Scheduler.Forget(task.Task);
            }
        }

        Assert.True(model.Scheduler.IsIdle);
        Assert.Equal(0, model.Scheduler.BufferedBytes);
        model.Workers.ForEach(static worker => worker.AssertOwesNothing(ResultCredit.Portion));
        while (model.Scheduler.Detach() is ModelWorker worker)
        {
            worker.AssertOwesNothing(0);
        }
    }
}
