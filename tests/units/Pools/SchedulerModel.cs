using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>
/// A pool's scheduler, and everything around it made of one random sequence: users, workers, time. Each step is one event; after it, what
/// must hold at any time is looked at. At the end the faults stop, and everything has to come to an end.
/// </summary>
internal sealed class SchedulerModel : IDisposable
{
    private static readonly TaskOptions[] s_options =
    [
        TaskOptions.Default,
        TaskOptions.Default,
        new() { Timeout = TimeSpan.FromMilliseconds(200) },
        new() { Timeout = TimeSpan.FromMilliseconds(30), RetryCount = 1 },
        new() { RetryCount = 2 },
        new() { RetryCount = 5, RetryDelay = TimeSpan.FromMilliseconds(100) },
        new() { Priority = 3 },
        new() { Priority = -1, BatchSize = 4 },
        new() { BatchSize = 8, RetryCount = 1 },
    ];

    private readonly SpillFile _spill = new(Path.GetTempPath());
    private readonly TaskDefinition[] _definitions;
    private readonly bool _mayFail;
    private readonly int _wildness;
    private int _lastProcess;

    internal SchedulerModel(int seed)
    {
        Random = new Random(seed);
        _mayFail = Random.Next(8) == 0;
        _wildness = Random.Next(4);
        EndsBatchByError = Random.Next(2) == 0;
        BadDefinition = new TaskDefinition([]);
        _definitions = [new([]), new([]), Random.Next(3) == 0 ? BadDefinition : new([])];
        var size = Random.Next(1, 5);
        Settings = new SchedulerSettings
        {
            Size = size,
            MinSize = Random.Next(size + 1),
            MaxTasksPerWorker = Random.Next(3) == 0 ? Random.Next(1, 12) : int.MaxValue,
            MaxWorkerMemory = Random.Next(4) == 0 ? 100 : null,
            IdleTimeout = Random.Next(2) == 0 ? TimeSpan.FromMilliseconds(Random.Next(1, 300)) : null,
            MaxBufferedBytes = Random.Next(4) == 0 ? 10_000 : 32 << 20,
            OnWanted = () => IsWanted = true,
            OnAlarm = wait => Alarm = Time.Now + (long)(wait.TotalSeconds * Time.TimestampFrequency),
            Time = Time,
            Random = Random.NextDouble,
        };
        Scheduler = new Scheduler(Settings, _spill);
        IsWanted = Settings.MinSize > 0;
    }

    internal Random Random { get; }

    internal Scheduler Scheduler { get; }

    internal TaskDefinition BadDefinition { get; }

    internal bool EndsBatchByError { get; }

    internal bool WasEnded { get; private set; }

    internal SchedulerSettings Settings { get; }

    internal ModelTime Time { get; } = new();

    internal List<ModelWorker> Workers { get; } = [];

    internal List<ModelGroup> Groups { get; } = [];

    /// <summary>How many workers were at tasks after the last step.</summary>
    internal int Busy { get; set; }

    internal long Alarm { get; private set; } = long.MaxValue;

    /// <summary>When a worker could last not be started for what may pass; null before.</summary>
    internal long? RefusedAt { get; private set; }

    /// <summary>Whether the scheduler has said that it wants workers, and not yet that it has enough.</summary>
    internal bool IsWanted { get; private set; }

    public void Dispose() => _spill.Dispose();

    internal void Run(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            Step();
            SchedulerModelChecks.AssertNothingIsForgotten(this);
        }

        // Faults are over. All tasks end, first those whose results are taken; then everything has been given back.
        Groups.ForEach(static group => group.Group.CompleteAdding());
        Drain(static group => group.IsTaken);
        Drain(static _ => true);
        SchedulerModelChecks.AssertAllIsOver(this);
    }

    private void Step()
    {
        switch (Random.Next(100))
        {
            case < 12:
                AddTask();
                break;
            case < 14:
                OpenGroup();
                break;
            case < 18:
                StartWorker();
                break;
            case < 30:
                Take(1 + Random.Next(8));
                break;
            case < 40:
                PassTime();
                break;
            case < 43:
                UseRarely();
                break;
            default:
                WorkerStep();
                break;
        }
    }

    private void OpenGroup()
    {
        if (Groups.Count(static group => !group.Group.HasAllInput) >= 3)
        {
            return;
        }

        var group = new ModelGroup((ResultOrder)Random.Next(3), Random.Next(6) > 0);
        var limit = Random.Next(1, 6);
        group.Group = new TaskGroup(Scheduler, new TaskGroupSettings
        {
            Order = group.Order,
            MaxWorkers = Random.Next(4) == 0 ? Random.Next(1, 3) : int.MaxValue,
            OnOver = task =>
            {
                group.OverCount++;
                ((ModelTask)task.Tag!).Over();
            },
            Halts = Random.Next(5) == 0 ? (failed, _) => failed >= limit : null,
            HaltsAtOnce = Random.Next(2) == 0,
        });
        Scheduler.Open(group.Group);
        Groups.Add(group);
    }

    private void AddTask()
    {
        if (WasEnded || Any(static group => !group.Group.HasAllInput && !group.IsAbandoned) is not { } group || (group.IsTaken && group.Group.IsFull))
        {
            return;
        }

        for (var count = Random.Next(1, 6); count > 0; count--)
        {
            var task = new ModelTask(this, group);
            group.Tasks.Add(task);
            var definition = _definitions[Random.Next(10) switch { < 7 => 0, < 9 => 1, _ => 2 }];
            var options = s_options[Random.Next(s_options.Length)];
            task.MayTimeOut = options.Timeout is not null;

            // It may be over before the scheduler returns.
            var added = new PoolTask(group.Group, definition, options, task, [1, 2, 3], null);
            task.Task = added;
            if (Random.Next(50) == 0)
            {
                // Another thread knows it already.
                task.WasCanceled = true;
                Scheduler.Cancel(added);
            }

            Scheduler.Add(added);
        }
    }

    private void StartWorker()
    {
        if (!IsWanted)
        {
            return;
        }

        if (Scheduler.NextSlot() is not { } slot)
        {
            IsWanted = false;
            return;
        }

        if (_mayFail && Random.Next(50) == 0)
        {
            var mayPass = Random.Next(4) > 0;
            RefusedAt = mayPass ? Time.Now : RefusedAt;
            Scheduler.FailStart(slot, new InvalidOperationException("no process"), mayPass);
            return;
        }

        var worker = new ModelWorker(this, slot, ++_lastProcess);
        slot.Worker = worker;
        Workers.Add(worker);
    }

    private void Take(int count)
    {
        if (Any(static group => group.IsTaken && group.Order != ResultOrder.Kept && !group.IsAbandoned) is { } group)
        {
            while (count-- > 0 && group.TakeOne())
            {
            }
        }
    }

    private void PassTime()
    {
        if (Alarm != long.MaxValue && Random.Next(3) > 0)
        {
            Time.Now = Math.Max(Time.Now, Alarm);
            Tick();
        }
        else
        {
            // The alarm rings late where others have to do, never early.
            Time.Now += Random.Next(1, 20) * Time.TimestampFrequency / 1000;
            if (Alarm <= Time.Now)
            {
                Tick();
            }
        }
    }

    private void Tick()
    {
        Alarm = long.MaxValue;
        Scheduler.Tick();
        foreach (var worker in Workers)
        {
            var slot = worker.Slot;
            if (!worker.IsGone && slot.Current is { State: PoolTaskState.Running, Options.Timeout: { } limit } task && Reaches(task.StartedAt, limit))
            {
                Assert.True(task.Condemned != PoolTaskCause.None, "a task at its limit is left running");
                Assert.True(slot.IsEnding || slot.RecalledAt is { } since && !Reaches(since, TimeSpan.FromMilliseconds(500)), "a worker that doesn't answer is left alive");
            }
        }
    }

    private void UseRarely()
    {
        switch (Random.Next(16))
        {
            case 0:
                Scheduler.Size = Random.Next(1, 6);
                break;
            case 1:
                Scheduler.MinSize = Random.Next(0, Scheduler.Size + 1);
                break;
            case < 4 when Any(static group => !group.Group.HasAllInput) is { } group:
                group.Group.CompleteAdding();
                break;
            case < 9 when Any(static group => group.Tasks.Count > 0) is { } group:
                var task = group.Tasks[Math.Max(0, group.Tasks.Count - 1 - Random.Next(20))];
                task.WasCanceled = true;
                Scheduler.Cancel(task.Task);
                break;
            case 9 when Any(static _ => true) is { } group:
                group.IsCalledOff = true;
                group.Group.Cancel(Random.Next(2) == 0);
                break;
            case 10 when Random.Next(3) == 0 && Any(static _ => true) is { } group:
                group.IsCalledOff = group.IsAbandoned = true;
                group.Group.Abandon();
                break;
            case 11 when Scheduler.Detach() is ModelWorker worker:
                worker.AssertOwesNothing(0);
                Workers.Remove(worker);
                IsWanted = true;
                break;
            case 12 when Random.Next(60) == 0:
                WasEnded = true;
                Scheduler.End();
                break;
            case 13 when Any(static group => group is { Order: ResultOrder.Kept, Tasks.Count: > 0 }) is { } group:
                var kept = group.Tasks[Random.Next(group.Tasks.Count)];
                if (kept.Task is { IsOver: true, IsForgotten: false } && !group.IsAbandoned)
                {
                    kept.ReadKept(Scheduler.ReadKept(kept.Task));
                }

                break;
        }
    }

    private void WorkerStep()
    {
        if (Workers.Count == 0)
        {
            return;
        }

        var worker = Workers[Random.Next(Workers.Count)];
        if (worker.HasOutbox && (worker.IsDead || Random.Next(2) == 0))
        {
            worker.DeliverOne();
            if (worker.IsGone)
            {
                Workers.Remove(worker);
            }
        }
        else if (worker.IsDead)
        {
            return;
        }
        else if (worker.WasKilled ? Random.Next(3) == 0 : Random.Next(1000) < _wildness * 3)
        {
            worker.Die(-9, loses: true);
        }
        else if (!worker.HasOpened)
        {
            if (_mayFail && Random.Next(30) == 0)
            {
                worker.Refuse();
            }
            else
            {
                worker.Open();
            }
        }
        else if (worker.HasInbox && Random.Next(2) == 0)
        {
            worker.ReadOne();
        }
        else if (worker.Current is not null)
        {
            var isLast = Random.Next(3) > 0;
            var length = Random.Next(30) == 0 ? Random.Next(4, 300_000) : Random.Next(3) == 0 ? Random.Next(4, 3000) : isLast ? 0 : 8;
            long? memory = isLast ? Random.Next(110) : null;
            worker.Write(length, isLast, failed: Random.Next(10) < _wildness, memory);
        }
        else if (worker.CanBegin)
        {
            worker.BeginOrRefuse();
        }
    }

    private bool Reaches(long begin, TimeSpan time) => begin + (long)(time.TotalSeconds * Time.TimestampFrequency) <= Time.Now;

    private ModelGroup? Any(Predicate<ModelGroup> condition)
    {
        for (var tries = 0; Groups.Count > 0 && tries < 4; tries++)
        {
            if (Groups[Math.Max(0, Groups.Count - 1 - Random.Next(4))] is { } group && condition(group))
            {
                return group;
            }
        }

        return null;
    }

    private void Drain(Predicate<ModelGroup> isTaken)
    {
        for (var round = 0; !Groups.TrueForAll(group => !isTaken(group) || group.IsAtEnd); round++)
        {
            Assert.True(round < 20_000, $"it doesn't come to its end: {Scheduler.Picture}, ended {WasEnded}");
            StartWorker();
            foreach (var worker in Workers.ToArray())
            {
                worker.GoOn();
            }

            Workers.RemoveAll(static worker => worker.IsGone);
            Groups.ForEach(group =>
            {
                while (isTaken(group) && group.Order != ResultOrder.Kept && !group.IsAbandoned && group.TakeOne())
                {
                }
            });
            if (round % 8 == 7 && Alarm != long.MaxValue)
            {
                Time.Now = Math.Max(Time.Now, Alarm);
                Tick();
            }
        }
    }
}
