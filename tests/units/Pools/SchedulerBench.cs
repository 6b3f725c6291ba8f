using System.Diagnostics;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>A scheduler whose time and workers are the test's: nothing happens but what the test says.</summary>
internal sealed class SchedulerBench : TimeProvider, IDisposable
{
    private readonly SpillFile _spill = new(Path.GetTempPath());
    private readonly SchedulerSettings _settings;
    private long _now = 1_000_000;
    private bool _isWanted;

    internal SchedulerBench(int size, Func<SchedulerSettings, SchedulerSettings>? change = null)
    {
        _settings = new SchedulerSettings
        {
            Size = size,
            OnWanted = () => _isWanted = true,
            OnAlarm = wait => Alarm = wait,
            OnAttempt = Attempts.Add,
            Time = this,
            Random = () => RandomNumber,
        };
        _settings = change?.Invoke(_settings) ?? _settings;
        Scheduler = new Scheduler(_settings, _spill);
        _isWanted = _settings.MinSize > 0;
    }

    public override long TimestampFrequency => Stopwatch.Frequency;

    internal Scheduler Scheduler { get; }

    internal List<TaskAttempt> Attempts { get; } = [];

    internal List<PoolTask> Over { get; } = [];

    internal TimeSpan? Alarm { get; private set; }

    internal double RandomNumber { get; set; } = 0.5;

    internal TaskDefinition Definition { get; } = new([]);

    public override long GetTimestamp() => _now;

    public void Dispose() => _spill.Dispose();

    internal TaskGroup Open(ResultOrder order = ResultOrder.Ready, int maxWorkers = int.MaxValue, Func<long, long, bool>? halts = null, bool atOnce = false)
    {
        var group = new TaskGroup(
            Scheduler,
            new TaskGroupSettings { Order = order, MaxWorkers = maxWorkers, OnOver = Over.Add, Halts = halts, HaltsAtOnce = atOnce });
        Scheduler.Open(group);
        return group;
    }

    internal PoolTask Add(TaskGroup group, TaskOptions? options = null) => group.Add(Definition, [1], null, null, options ?? new TaskOptions { BatchSize = 1 });

    /// <summary>So many tasks, which go to workers in batches of a size.</summary>
    internal PoolTask[] AddBatch(TaskGroup group, int size, int count)
    {
        var options = new TaskOptions { BatchSize = size };
        return [.. Enumerable.Range(0, count).Select(_ => Add(group, options))];
    }

    /// <summary>Time passes, and the scheduler looks after it.</summary>
    internal void Pass(int milliseconds)
    {
        _now += milliseconds * TimestampFrequency / 1000;
        Scheduler.Tick();
    }

    /// <summary>Starts every worker that is wanted; gives them, come up.</summary>
    internal List<Worker> Start(bool opens = true)
    {
        var workers = new List<Worker>();
        while (_isWanted && Scheduler.NextSlot() is { } slot)
        {
            var worker = new Worker(slot);
            slot.Worker = worker;
            workers.Add(worker);
        }

        _isWanted = false;
        if (opens)
        {
            workers.ForEach(static worker => worker.Owner.OnOpened());
        }

        return workers;
    }

    /// <summary>Workers that are wanted can't be started, for something is short.</summary>
    internal void FailStart(int count = 1)
    {
        var slots = new List<WorkerSlot>();
        while (slots.Count < count)
        {
            Assert.True(_isWanted);
            slots.Add(Scheduler.NextSlot()!);
        }

        _isWanted = false;
        slots.ForEach(static slot => slot.Worker = new Worker(slot, hasProcess: false));
        slots.ForEach(slot => Scheduler.FailStart(slot, new ShortageException("No more descriptors."), mayPass: true));
    }

    /// <summary>A worker's side, that remembers what it was told.</summary>
    internal sealed class Worker(WorkerSlot slot, bool hasProcess = true) : ITaskWorker
    {
        private static int s_last;

        public int ProcessId { get; } = hasProcess ? Interlocked.Increment(ref s_last) : 0;

        public string? HostName { get; set; }

        internal IWorkerOwner Owner => slot;

        internal PoolTask? Current => slot.Current;

        internal bool IsIdle => slot.IdleSince is not null;

        internal List<PoolTask[]> Batches { get; } = [];

        internal int Recalls { get; private set; }

        internal int Credit { get; private set; }

        internal bool WasEnded { get; private set; }

        internal bool WasKilled { get; private set; }

        public void Send(TaskDefinition definition, IReadOnlyList<PoolTask> batch) => Batches.Add([.. batch]);

        public void Recall() => Recalls++;

        public void GiveCredit(int amount) => Credit += amount;

        public void End() => WasEnded = true;

        public void Kill() => WasKilled = true;

        internal void Begin() => Owner.OnBegun();

        internal void Write(int length) => Owner.OnResults(Current!.Number, new byte[length], false, false, null);

        internal void Finish(bool failed = false, int length = 0, long? memory = null) =>
            Owner.OnResults(Current!.Number, new byte[length], true, failed, null, memory);

        /// <summary>Begins with its batch, and does its first task.</summary>
        internal void Do(bool failed = false, int length = 0, long? memory = null)
        {
            Begin();
            Finish(failed, length, memory);
        }

        internal void Die(int code = -9) => Owner.OnExited(new WorkerCrash(ProcessId, new ExitStatus(code), $"last words of {ProcessId}", HostName));

        /// <summary>Answers a recall, and dies of what follows.</summary>
        internal void GiveBackAndDie(int count = 0)
        {
            Owner.OnReturned(count);
            Assert.True(WasKilled);
            Die();
        }
    }
}
