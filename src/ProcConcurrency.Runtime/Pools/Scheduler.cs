using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Who does what, and when: the state of a pool's tasks and workers, and every decision about them. It knows neither processes nor
/// threads nor PowerShell; whoever calls it brings the events, and it tells workers by <see cref="ITaskWorker"/> what to do.
/// <code>
/// Add -> a group's line -> a worker's batch -> Running -> its results -> TryTake, or kept in the task
///          ^                  |                  |
///          +-- given back ----+                  +-- failed or lost: again, or over
/// </code>
/// A task that is to be ended is first called back with all that its worker has not begun: so a worker is killed for the very task
/// that it is at, and no other is begun for nothing.
/// </summary>
/// <remarks>Thread-safe: one lock guards everything here, in groups, tasks and slots. Nothing waits under it.</remarks>
internal sealed class Scheduler(SchedulerSettings settings, SpillFile spill)
{
    private const long MaxBufferedBytes = 32L * 1024 * 1024;
    private const int MaxStartFailures = 3;
    private const int MaxCrashes = 3;
    private static readonly TimeSpan s_recallPatience = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private readonly List<WorkerSlot> _slots = [];
    private readonly List<TaskGroup> _groups = [];
    private readonly PriorityQueue<PoolTask, long> _delayed = new();
    private readonly Queue<PoolTask> _over = new();
    private long _nextNumber;
    private long _finished;
    private long _bufferedBytes;
    private long _alarm = long.MaxValue;
    private int _size = settings.Size;
    private int _minSize = settings.MinSize;
    private int _idleCount;
    private int _startFailures;
    private bool _hasOpened;
    private string? _warning;

    /// <summary>Why the pool can't go on: its workers don't start or their initialization fails. Null while all is well.</summary>
    internal PoolFailure? Failure { get; private set; }

    /// <summary>Whether it takes no more tasks.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Whether it starts nothing any more.</summary>
    internal bool IsEnded { get; private set; }

    internal int Size
    {
        get => _size;
        set
        {
            lock (_gate)
            {
                _minSize = _minSize == _size ? value : Math.Min(_minSize, value);
                _size = value;
                foreach (var slot in _slots.Where(static slot => slot.IdleSince is not null).ToArray())
                {
                    Leave(slot);
                    Assign(slot);
                }

                Want();
            }
        }
    }

    internal int MinSize
    {
        get => _minSize;
        set
        {
            lock (_gate)
            {
                _minSize = value;
                Want();
            }
        }
    }

    /// <summary>Whether every task that was ever added is over.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _groups.TrueForAll(static group => group.Accepted == group.Finished);
            }
        }
    }

    /// <summary>Whether another worker is wanted.</summary>
    internal bool WantsMore
    {
        get
        {
            lock (_gate)
            {
                return WantsWorker;
            }
        }
    }

    internal PoolPicture Picture
    {
        get
        {
            lock (_gate)
            {
                return new PoolPicture(
                    _groups.Sum(static group => (long)group.Waiting.Count) + _delayed.Count,
                    _slots.Count(static slot => slot.Current is { State: PoolTaskState.Running }),
                    _nextNumber,
                    _finished,
                    [.. _slots.Select(static slot => new WorkerPicture(slot.Worker?.ProcessId ?? 0, slot.State, slot.DoneCount, slot.Current))]);
            }
        }
    }

    internal void Open(TaskGroup group)
    {
        lock (_gate)
        {
            _groups.Add(group);
        }
    }

    /// <summary>No more tasks are taken.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            IsClosed = true;
        }
    }

    /// <exception cref="InvalidOperationException">The pool is closed.</exception>
    internal void Add(PoolTask task)
    {
        lock (_gate)
        {
            AssertInvariants();
            var group = task.Group;
            if (IsClosed || IsEnded)
            {
                throw new InvalidOperationException("The pool takes no more tasks.");
            }

            if (group.Accepted == group.Finished)
            {
                ForgiveOthers(group);
            }

            task.Number = _nextNumber++;
            task.Index = group.Accepted++;
            if (group.IsOrdered)
            {
                group.Line.Enqueue(task);
            }

            if (Failure is not null || group.IsHalted || group.IsAbandoned)
            {
                task.Cause = Failure is null ? PoolTaskCause.Canceled : PoolTaskCause.Pool;
                Finish(task, Failure is null ? PoolTaskState.Canceled : PoolTaskState.Failed);
            }
            else
            {
                group.Waiting.Add(task);
                UseIdle();
                Want();
            }
        }

        TellOver();
    }

    internal void CompleteAdding(TaskGroup group)
    {
        lock (_gate)
        {
            group.HasAllInput = true;
            group.Wake();
            Retire(group);
        }
    }

    internal bool IsFull(TaskGroup group)
    {
        lock (_gate)
        {
            var workers = Math.Min(_size, group.Settings.MaxWorkers);
            var enough = workers * Math.Max(2, group.Waiting.Head?.Definition.Sizer.Size ?? 1);
            return group.Waiting.Count >= enough
                || group.Accepted - group.Taken >= (4 * enough) + 64
                || (group.Waiting.Bytes + _bufferedBytes > MaxBufferedBytes && group.Waiting.Count >= workers);
        }
    }

    internal bool IsDrained(TaskGroup group)
    {
        lock (_gate)
        {
            return group.HasAllInput && group.Accepted == group.Taken;
        }
    }

    internal PoolCounts CountsOf(TaskGroup group)
    {
        lock (_gate)
        {
            return new PoolCounts(group.Accepted, group.Finished, group.Failed, group.Canceled, _slots.Count);
        }
    }

    internal bool HasNews(TaskGroup group)
    {
        lock (_gate)
        {
            return IsEnded || Failure is not null || (group.HasAllInput && group.Accepted == group.Taken)
                || (group.Line.TryPeek(out var task) && task.CanBeTaken);
        }
    }

    internal bool TryTake(TaskGroup group, out PoolResult result)
    {
        PoolTask? task;
        ResultChunk chunk;
        bool isLast;
        lock (_gate)
        {
            if (!group.Line.TryPeek(out task) || !task.CanBeTaken)
            {
                result = default;
                return false;
            }

            chunk = TakeChunk(task);
            if (!task.HasChunks && (task.IsOver || !group.IsOrdered))
            {
                group.Line.Dequeue();
                task.IsListed = false;
            }

            isLast = task.IsOver && !task.HasChunks;
            if (isLast)
            {
                group.Taken++;
            }
        }

        result = new PoolResult(task, Bytes(chunk), isLast);
        return true;
    }

    /// <summary>What a task that keeps its results has: all of it, as often as asked.</summary>
    /// <exception cref="IOException">What lies in a temporary file can't be read back.</exception>
    internal List<byte[]> ReadKept(PoolTask task)
    {
        var chunks = new List<ResultChunk>();
        lock (_gate)
        {
            task.ChangeChunks(chunk =>
            {
                chunks.Add(chunk);
                return chunk;
            });
        }

        return [.. chunks.Select(chunk => chunk.Bytes ?? spill.Peek(chunk.Place, chunk.Length))];
    }

    /// <summary>Nobody will read a task's results any more.</summary>
    internal void Forget(PoolTask task)
    {
        lock (_gate)
        {
            Discard(task);
        }
    }

    /// <summary>Takes what the user should know, once: that there is no room for results that wait; null where all is well.</summary>
    internal string? TakeWarning()
    {
        lock (_gate)
        {
            var warning = _warning;
            _warning = warning is null ? null : string.Empty;
            return warning is { Length: > 0 } ? warning : null;
        }
    }

    /// <summary>Calls a task off: it is over at once where it waits, and when its worker has been ended where it runs.</summary>
    internal void Cancel(PoolTask task)
    {
        lock (_gate)
        {
            AssertInvariants();
            CancelOne(task, running: true);
        }

        TellOver();
    }

    internal void Cancel(TaskGroup group, bool running, bool abandon)
    {
        lock (_gate)
        {
            AssertInvariants();
            if (abandon)
            {
                group.IsAbandoned = true;
                group.HasAllInput = true;
            }

            CancelAll(group, running);
            if (abandon)
            {
                foreach (var task in group.Line)
                {
                    Discard(task);
                }
            }
        }

        TellOver();
    }

    /// <summary>Starts nothing any more: what waits is canceled. Gives the workers, each with whether it is at something.</summary>
    internal List<(ITaskWorker Worker, bool IsBusy)> End()
    {
        List<(ITaskWorker Worker, bool IsBusy)> workers;
        lock (_gate)
        {
            AssertInvariants();
            IsEnded = true;
            workers = [.. _slots.Where(static slot => slot.Worker is not null).Select(static slot => (slot.Worker!, slot.IdleSince is null && (!slot.IsEnding || slot.Batch.Count > 0)))];
            foreach (var group in _groups.ToArray())
            {
                CancelAll(group, running: false);
                group.Wake();
            }
        }

        TellOver();
        return workers;
    }

    /// <summary>Takes an idle worker away, whoever wants it: it belongs to no slot any more.</summary>
    internal ITaskWorker? Detach()
    {
        lock (_gate)
        {
            var slot = _slots.Find(static slot => slot is { IdleSince: not null, IsRetiring: false });
            if (slot is null)
            {
                return null;
            }

            Leave(slot);
            _slots.Remove(slot);
            slot.Worker!.GiveCredit(slot.Credit(ResultCredit.Portion) - ResultCredit.Portion);
            return slot.Worker;
        }
    }

    /// <summary>A page for one more worker; null where none is wanted.</summary>
    internal WorkerSlot? NextSlot()
    {
        lock (_gate)
        {
            if (!WantsWorker)
            {
                return null;
            }

            var slot = new WorkerSlot(this);
            _slots.Add(slot);
            return slot;
        }
    }

    /// <summary>A worker could not be started.</summary>
    internal void FailStart(WorkerSlot? slot, Exception error)
    {
        lock (_gate)
        {
            if (slot is not null)
            {
                _slots.Remove(slot);
            }

            Fail(new PoolFailure(Error: error));
        }

        TellOver();
    }

    /// <summary>Looks after what time brings: limits, retries, slow and idle workers. Called when the alarm that was set is due.</summary>
    internal void Tick()
    {
        lock (_gate)
        {
            AssertInvariants();
            _alarm = long.MaxValue;
            var now = Now;
            while (_delayed.TryPeek(out var task, out var due))
            {
                if (due > now)
                {
                    Require(due);
                    break;
                }

                _delayed.Dequeue();
                task.IsDelayed = false;
                if (task.State == PoolTaskState.Queued)
                {
                    task.Group.Waiting.Add(task, atFront: true);
                }
            }

            foreach (var slot in _slots.ToArray())
            {
                LookAfter(slot, now);
            }

            UseIdle();
            Want();
        }

        TellOver();
    }

    internal void OnOpened(WorkerSlot slot)
    {
        lock (_gate)
        {
            AssertInvariants();
            if (!_slots.Contains(slot))
            {
                // It died as it was taken on.
                return;
            }

            _hasOpened = true;
            slot.IsOpen = true;
            Assign(slot);
        }

        TellOver();
    }

    /// <summary>A worker's initialization failed.</summary>
    internal void OnRefused(WorkerSlot slot, byte[] reason)
    {
        lock (_gate)
        {
            slot.IsEnding = true;
            if (!_hasOpened || ++_startFailures >= MaxStartFailures)
            {
                Fail(new PoolFailure(reason));
            }
        }

        TellOver();
    }

    internal void OnBegun(WorkerSlot slot)
    {
        lock (_gate)
        {
            AssertInvariants();
            slot.Begin();
            StartCurrent(slot);
        }
    }

    /// <summary>Takes records of a worker's current task, and never waits.</summary>
    internal void OnResults(WorkerSlot slot, long number, ReadOnlySpan<byte> records, bool isLast, bool failed, object? held)
    {
        var chunk = records.Length > 0 ? Store(slot, records, isLast) : default;
        lock (_gate)
        {
            AssertInvariants();
            if (slot.Current is not { State: PoolTaskState.Running } task || task.Number != number)
            {
                throw new ProtocolException("a worker sent results of a task that it was not given");
            }

            task.Hold(held);
            if (chunk.Length > 0)
            {
                task.Add(chunk);
                _bufferedBytes += chunk.Bytes?.Length ?? 0;
            }

            if (chunk.Lender is null)
            {
                GiveCredit(slot, ResultCredit.CostOf(records.Length, isLast));
            }

            if (task.Group.IsAbandoned)
            {
                Discard(task);
            }
            else if (!isLast)
            {
                List(task);
            }

            if (isLast)
            {
                _startFailures = 0;
                var batchDone = slot.Advance();
                EndAttempt(task, failed ? PoolTaskState.Failed : PoolTaskState.Done, failed ? PoolTaskCause.Error : PoolTaskCause.None, null);
                if (batchDone)
                {
                    task.Definition.Sizer.Learn(slot.BatchCount, Stopwatch.GetElapsedTime(slot.SentAt, Now));
                    EndBatch(slot, task.Group);
                }
                else
                {
                    StartCurrent(slot);
                }
            }
        }

        TellOver();
    }

    /// <summary>A worker gives back the last tasks of its batch.</summary>
    internal void OnReturned(WorkerSlot slot, int count)
    {
        lock (_gate)
        {
            AssertInvariants();
            slot.RecalledAt = null;
            var group = slot.Current?.Group;
            Return(slot.TakeBack(count));
            if (slot.Current is { Condemned: not PoolTaskCause.None })
            {
                Kill(slot);
            }
            else if (slot.Current is null && group is not null)
            {
                EndBatch(slot, group);
            }

            UseIdle();
            Want();
        }

        TellOver();
    }

    /// <summary>A worker can't set up what its batch is to run.</summary>
    internal void OnDefinitionRefused(WorkerSlot slot, int id, byte[] reason)
    {
        lock (_gate)
        {
            AssertInvariants();
            if (slot.Current is not { } first || first.Definition.Id != id)
            {
                return;
            }

            first.Definition.Failure ??= reason;
            var batch = slot.TakeBack(int.MaxValue);
            foreach (var task in batch)
            {
                task.Cause = PoolTaskCause.Definition;
                Finish(task, PoolTaskState.Failed);
            }

            EndBatch(slot, first.Group);
        }

        TellOver();
    }

    /// <summary>A worker wrote a line to its standard output or error.</summary>
    internal void OnOutput(string line) => settings.OnOutput?.Invoke(line);

    /// <summary>A worker is gone: its current task fails, the rest of its batch goes back, another takes its place.</summary>
    internal void OnExited(WorkerSlot slot, WorkerCrash crash)
    {
        lock (_gate)
        {
            AssertInvariants();
            Leave(slot);
            if (!_slots.Remove(slot))
            {
                return;
            }

            var current = slot.Current;
            if (current is not null)
            {
                current.Group.Workers--;
            }

            if (current is { State: PoolTaskState.Running })
            {
                slot.Advance();
                EndByDeath(current, slot, crash);
            }
            else if (!IsEnded && !slot.IsEnding && (!slot.IsOpen || current is not null) && ++_startFailures >= MaxStartFailures)
            {
                Fail(new PoolFailure(Crash: crash));
            }

            Return(slot.TakeBack(int.MaxValue));
            foreach (var group in _groups)
            {
                group.Wake();
            }

            UseIdle();
            Want();
        }

        TellOver();
    }

    private long Now => settings.Time.GetTimestamp();

    private int WaitingCount
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

    private int ActiveCount => _slots.Count(static slot => !slot.IsRetiring);

    private bool WantsWorker
    {
        get
        {
            if (IsEnded || Failure is not null || ActiveCount is var active && active >= _size)
            {
                return false;
            }

            return active < _minSize || (WaitingCount is var waiting and > 0 && waiting > _slots.Count(static slot => !slot.IsOpen));
        }
    }

    private void Want()
    {
        if (WantsWorker)
        {
            settings.OnWanted();
        }
    }

    private void Require(long when)
    {
        if (when < _alarm)
        {
            _alarm = when;
            settings.OnAlarm(settings.Time.GetElapsedTime(Now, when) is { Ticks: > 0 } wait ? wait : TimeSpan.Zero);
        }
    }

    private long After(TimeSpan time) => After(Now, time);

    private long After(long begin, TimeSpan time) =>
        time >= TimeSpan.FromDays(10_000) ? long.MaxValue : begin + (long)(time.TotalSeconds * settings.Time.TimestampFrequency);

    private void UseIdle()
    {
        while (_idleCount > 0 && WaitingCount > 0)
        {
            var slot = _slots.FindLast(static slot => slot.IdleSince is not null)!;
            Leave(slot);
            Assign(slot);
            if (slot.IdleSince is not null)
            {
                // What waits can't be begun: its group has as many workers as it may.
                return;
            }
        }
    }

    /// <summary>Gives a worker its next batch, lets it stand idle, or ends it.</summary>
    private void Assign(WorkerSlot slot)
    {
        if (slot.IsEnding)
        {
            return;
        }

        if (IsEnded)
        {
            BecomeIdle(slot);
            return;
        }

        if (ActiveCount > _size)
        {
            slot.IsRetiring = true;
        }

        if (IsSpent(slot) || (slot.IsRetiring && _slots.Count(static slot => slot is { IsOpen: true, IsRetiring: false }) >= _size))
        {
            slot.IsRetiring = slot.IsEnding = true;
            slot.Worker!.End();
            Want();
            return;
        }

        if (FillBatch(slot) is not { } group)
        {
            BecomeIdle(slot);
            return;
        }

        group.Workers++;
        slot.BeginBatch(Now);
        if (IsSpent(slot, slot.Batch.Count) && !slot.IsRetiring)
        {
            // Its last: another is to be there when it ends.
            slot.IsRetiring = true;
            Want();
        }

        slot.Worker!.Send(slot.Batch[0].Definition, slot.Batch);
        if (_idleCount > 0 && slot.Batch.Count > 1)
        {
            Require(After(2 * BatchSizer.s_target));
        }

        group.Wake();
    }

    private TaskGroup? FillBatch(WorkerSlot slot)
    {
        while (Choose() is { } group)
        {
            var head = group.Waiting.Head!;
            var definition = head.Definition;
            if (definition.Failure is not null)
            {
                group.Waiting.RemoveHead(head);
                head.Cause = PoolTaskCause.Definition;
                Finish(head, PoolTaskState.Failed);
                continue;
            }

            var count = head.Options.BatchSize
                ?? definition.Sizer.Next(group.Waiting.Count, Math.Min(_size, group.Settings.MaxWorkers), group.HasAllInput || group.IsKept);
            count = Math.Min(count, settings.MaxTasksPerWorker - slot.DoneCount);
            var bytes = 0;
            do
            {
                group.Waiting.RemoveHead(head);
                bytes += head.Payload.Length;
                head.State = PoolTaskState.Sent;
                slot.Batch.Add(head);
                head = group.Waiting.Head;
            }
            while (head is not null && head.Definition == definition && slot.Batch.Count < count && bytes < BatchSizer.MaxBytes);
            return group;
        }

        return null;
    }

    /// <summary>The group whose turn it is: that of the task with the highest priority, and of those the oldest.</summary>
    private TaskGroup? Choose()
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

    private static bool IsBefore(PoolTask task, PoolTask other) => task.Options.Priority != other.Options.Priority
        ? task.Options.Priority > other.Options.Priority
        : task.Number < other.Number;

    private bool IsSpent(WorkerSlot slot, int more = 0) => slot.DoneCount + more >= settings.MaxTasksPerWorker;

    private void BecomeIdle(WorkerSlot slot)
    {
        if (slot.IdleSince is not null)
        {
            return;
        }

        slot.IdleSince = Now;
        _idleCount++;
        if (settings.IdleTimeout is { } patience && ActiveCount > _minSize)
        {
            Require(After(patience));
        }

        foreach (var other in _slots)
        {
            if (other.Batch.Count > 1)
            {
                Require(After(2 * BatchSizer.s_target));
                break;
            }
        }

        foreach (var group in _groups)
        {
            group.Wake();
        }
    }

    private void Leave(WorkerSlot slot)
    {
        if (slot.IdleSince is not null)
        {
            slot.IdleSince = null;
            _idleCount--;
        }
    }

    private void StartCurrent(WorkerSlot slot)
    {
        if (slot.Current is not { } task)
        {
            return;
        }

        task.State = PoolTaskState.Running;
        task.Attempts++;
        task.ProcessId = slot.Worker!.ProcessId;
        task.StartedAt = Now;
        task.EndedAt = 0;
        if (task.Options.Timeout is { } limit)
        {
            Require(After(limit));
        }
    }

    private void EndBatch(WorkerSlot slot, TaskGroup group)
    {
        group.Workers--;
        if (settings.MaxWorkerMemory is { } most && slot.Memory > most)
        {
            slot.IsRetiring = true;
            Want();
        }

        Assign(slot);

        // Its group may have been at its limit.
        UseIdle();
    }

    private void LookAfter(WorkerSlot slot, long now)
    {
        if (slot.Current is { State: PoolTaskState.Running, Condemned: PoolTaskCause.None, Options.Timeout: { } limit } current)
        {
            if (After(current.StartedAt, limit) <= now)
            {
                Condemn(current, slot, PoolTaskCause.Timeout);
            }
            else
            {
                Require(After(current.StartedAt, limit));
            }
        }

        if (slot.RecalledAt is { } since && slot.Batch.Exists(static task => task.Condemned != PoolTaskCause.None) && !slot.IsEnding)
        {
            // It doesn't even answer.
            if (After(since, s_recallPatience) <= now)
            {
                Kill(slot);
            }
            else
            {
                Require(After(since, s_recallPatience));
            }
        }

        if (_idleCount > 0 && slot.CanRecall && !slot.IsEnding)
        {
            var due = After(slot.SentAt, 2 * BatchSizer.s_target);
            if (due > now)
            {
                Require(due);
            }
            else if (WaitingCount == 0)
            {
                AskBack(slot);
            }
        }

        if (slot.IdleSince is { } idle && settings.IdleTimeout is { } patience && !IsEnded && ActiveCount > _minSize && !slot.IsRetiring)
        {
            if (After(idle, patience) <= now)
            {
                Leave(slot);
                slot.IsRetiring = slot.IsEnding = true;
                slot.Worker!.End();
            }
            else
            {
                Require(After(idle, patience));
            }
        }
    }

    /// <summary>A task is to be ended where it is: with a worker.</summary>
    private void Condemn(PoolTask task, WorkerSlot slot, PoolTaskCause cause)
    {
        if (task.Condemned == PoolTaskCause.None)
        {
            task.Condemned = cause;
            AskBack(slot);
        }
    }

    private void AskBack(WorkerSlot slot)
    {
        slot.WasRecalled = true;
        if (slot.RecalledAt is null)
        {
            slot.RecalledAt = Now;
            slot.Worker!.Recall();
        }

        Require(After(slot.RecalledAt.Value, s_recallPatience));
    }

    private static void Kill(WorkerSlot slot)
    {
        if (!slot.IsEnding)
        {
            slot.IsRetiring = slot.IsEnding = true;
            slot.Worker!.Kill();
        }
    }

    private void CancelOne(PoolTask task, bool running)
    {
        if (task.State == PoolTaskState.Queued)
        {
            if (!task.IsDelayed)
            {
                task.Group.Waiting.Forget(task);
            }

            task.Cause = PoolTaskCause.Canceled;
            Finish(task, PoolTaskState.Canceled);
        }
        else if (!task.IsOver && (running || task.State == PoolTaskState.Sent))
        {
            Condemn(task, _slots.Find(slot => slot.Batch.Contains(task))!, PoolTaskCause.Canceled);
        }
    }

    private void CancelAll(TaskGroup group, bool running)
    {
        foreach (var task in group.Waiting.All.Concat(DelayedOf(group)).Concat(_slots.SelectMany(static slot => slot.Batch).Where(task => task.Group == group)).ToArray())
        {
            CancelOne(task, running);
        }
    }

    private IEnumerable<PoolTask> DelayedOf(TaskGroup group) =>
        _delayed.UnorderedItems.Select(static item => item.Element).Where(task => task.Group == group && task.IsDelayed);

    private void EndByDeath(PoolTask task, WorkerSlot slot, WorkerCrash crash)
    {
        if (task.Condemned != PoolTaskCause.None)
        {
            EndAttempt(task, task.Condemned == PoolTaskCause.Canceled ? PoolTaskState.Canceled : PoolTaskState.Failed, task.Condemned, null);
        }
        else if (IsEnded)
        {
            EndAttempt(task, PoolTaskState.Canceled, PoolTaskCause.Canceled, null);
        }
        else if (slot.IsEnding)
        {
            // Killed for another task, which had ended the moment before.
            Discard(task);
            Return([task]);
        }
        else
        {
            task.Add(crash);
            EndAttempt(task, PoolTaskState.Lost, PoolTaskCause.Crash, crash);
        }
    }

    private void EndAttempt(PoolTask task, PoolTaskState state, PoolTaskCause cause, WorkerCrash? crash)
    {
        task.EndedAt = Now;
        task.Cause = cause;
        task.Condemned = PoolTaskCause.None;
        var attempt = new TaskAttempt(
            task, task.Attempts, state, cause, task.ProcessId, task.StartedAt, Stopwatch.GetElapsedTime(task.StartedAt, task.EndedAt), crash,
            cause == PoolTaskCause.Error ? task.PeekRecords() : []);
        task.Group.Settings.OnAttempt?.Invoke(attempt);
        settings.OnAttempt?.Invoke(attempt);
        var group = task.Group;
        if (state is PoolTaskState.Failed or PoolTaskState.Lost
            && task.Attempts <= task.Options.RetryCount && task.Crashes.Count < MaxCrashes
            && !group.IsHalted && !group.IsAbandoned && !IsEnded && Failure is null)
        {
            Repeat(task);
        }
        else
        {
            Finish(task, state);
        }
    }

    private void Repeat(PoolTask task)
    {
        Discard(task);
        task.State = PoolTaskState.Queued;
        var delay = task.Options.RetryDelay * (0.5 + settings.Random());
        if (delay > TimeSpan.Zero)
        {
            var due = After(delay);
            task.IsDelayed = true;
            _delayed.Enqueue(task, due);
            Require(due);
        }
        else
        {
            task.Group.Waiting.Add(task, atFront: true);
        }
    }

    private void Return(List<PoolTask> tasks)
    {
        for (var i = tasks.Count - 1; i >= 0; i--)
        {
            var task = tasks[i];
            if (task.State == PoolTaskState.Running)
            {
                // The worker was about to begin with it.
                task.Attempts--;
            }

            if (task.Condemned == PoolTaskCause.Canceled || task.Group.IsHalted || task.Group.IsAbandoned || IsEnded)
            {
                task.Cause = PoolTaskCause.Canceled;
                Finish(task, PoolTaskState.Canceled);
            }
            else
            {
                task.Condemned = PoolTaskCause.None;
                task.State = PoolTaskState.Queued;
                task.Group.Waiting.Add(task, atFront: true);
            }
        }
    }

    private void Finish(PoolTask task, PoolTaskState state)
    {
        var group = task.Group;
        task.End(state);
        group.Finished++;
        _finished++;
        group.Failed += state is PoolTaskState.Failed or PoolTaskState.Lost ? 1 : 0;
        group.Canceled += state == PoolTaskState.Canceled ? 1 : 0;
        if (group.IsAbandoned)
        {
            Discard(task);
        }

        List(task);
        if (group.Settings.OnOver is not null)
        {
            _over.Enqueue(task);
        }

        if (!group.IsHalted && group.Settings.Halts?.Invoke(group.Failed, group.Finished) == true)
        {
            group.IsHalted = true;
            CancelAll(group, group.Settings.HaltsAtOnce);
        }

        Retire(group);
    }

    private void Fail(PoolFailure failure)
    {
        Failure ??= failure;
        foreach (var group in _groups.ToArray())
        {
            foreach (var task in group.Waiting.All.Concat(DelayedOf(group)).ToArray())
            {
                if (!task.IsDelayed)
                {
                    group.Waiting.Forget(task);
                }

                task.Cause = PoolTaskCause.Pool;
                Finish(task, PoolTaskState.Failed);
            }

            group.Wake();
        }
    }

    /// <summary>A group whose tasks are all over, and to which none comes any more, is no longer looked at.</summary>
    private void Retire(TaskGroup group)
    {
        if (group.HasAllInput && group.Accepted == group.Finished)
        {
            _groups.Remove(group);
        }
    }

    private static void List(PoolTask task)
    {
        var group = task.Group;
        if (group.Settings.Order == ResultOrder.Ready && !task.IsListed && (task.CanBeTaken || task.IsOver))
        {
            task.IsListed = true;
            group.Line.Enqueue(task);
        }

        group.Wake();
    }

    /// <summary>
    /// Puts records where they wait. What can be handed on now is its worker's debt until it is: a slow consumer slows the worker
    /// down. What must wait for its turn is no debt, for whoever has the turn may be waiting for this very worker; nor is what is kept,
    /// nor anything where others want the same workers.
    /// </summary>
    private ResultChunk Store(WorkerSlot slot, ReadOnlySpan<byte> records, bool isLast)
    {
        bool isFree;
        bool spills;
        lock (_gate)
        {
            var task = slot.Current;
            isFree = task is null || task.Group.IsKept || task.Options.RetryCount > 0 || (task.Group.IsOrdered && task.Group.Line.Peek() != task)
                || _groups.Exists(group => group != task.Group && group.Accepted > group.Finished);
            spills = isFree && _bufferedBytes + records.Length > MaxBufferedBytes;
        }

        if (spills)
        {
            try
            {
                return new ResultChunk(records.Length, null, spill.Write(records), null);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                WarnOfSpill(error);
                isFree = slot.Current is { Group.IsKept: true };
            }
        }

        isFree |= ResultCredit.CostOf(records.Length, isLast) == 0;
        return new ResultChunk(records.Length, records.ToArray(), 0, isFree ? null : slot);
    }

    private void WarnOfSpill(Exception error)
    {
        lock (_gate)
        {
            _warning ??= $"Results that wait for those of an earlier item find no room in a temporary file: {error.Message} "
                + "Their tasks wait until the earlier item is done.";
            foreach (var group in _groups)
            {
                group.Wake();
            }
        }
    }

    /// <summary>A group begins to want workers: results of others that nobody has taken yet hold none of them any longer.</summary>
    private void ForgiveOthers(TaskGroup group)
    {
        foreach (var task in _groups.Where(other => other != group).SelectMany(static other => other.Line))
        {
            task.ChangeChunks(chunk =>
            {
                Settle(chunk);
                return chunk with { Lender = null };
            });
        }
    }

    private ResultChunk TakeChunk(PoolTask task)
    {
        var chunk = task.TakeChunk();
        _bufferedBytes -= chunk.Bytes?.Length ?? 0;
        Settle(chunk);
        return chunk;
    }

    private void Discard(PoolTask task)
    {
        while (task.HasChunks)
        {
            var chunk = TakeChunk(task);
            if (chunk.Bytes is null)
            {
                spill.Release();
            }
        }
    }

    private static void Settle(ResultChunk chunk)
    {
        if (chunk.Lender is { } slot)
        {
            GiveCredit(slot, ResultCredit.CostOf(chunk.Length, isLast: false));
        }
    }

    private static void GiveCredit(WorkerSlot slot, int cost)
    {
        if (slot.Credit(cost) is var amount and > 0)
        {
            slot.Worker!.GiveCredit(amount);
        }
    }

    private byte[]? Bytes(ResultChunk chunk) => chunk.Length == 0 ? null : chunk.Bytes ?? spill.Read(chunk.Place, chunk.Length);

    /// <summary>Tells of tasks that are over, with nothing locked.</summary>
    private void TellOver()
    {
        while (_over.Count > 0)
        {
            PoolTask? task;
            lock (_gate)
            {
                if (!_over.TryDequeue(out task))
                {
                    return;
                }
            }

            task.Group.Settings.OnOver!(task);
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(Monitor.IsEntered(_gate), "the lock is held");
        Debug.Assert(_idleCount == _slots.Count(static slot => slot.IdleSince is not null), "idle workers are counted");
        Debug.Assert(_bufferedBytes >= 0, "what lies in memory is counted");
        foreach (var slot in _slots)
        {
            Debug.Assert(slot.IdleSince is null || slot.Batch.Count == 0, "an idle worker has no task");
            Debug.Assert(slot.Current is null || slot.Current.State == (slot.HasBegun ? PoolTaskState.Running : PoolTaskState.Sent), "one task of a batch runs");
            Debug.Assert(slot.Batch.Count - slot.Next < 2 || slot.Batch[^1].State == PoolTaskState.Sent, "the others of a batch have been sent");
        }

        foreach (var group in _groups)
        {
            Debug.Assert(group.Workers == _slots.Count(slot => slot.Current?.Group == group), "a group's workers are counted");
            Debug.Assert(group.Finished <= group.Accepted && group.Taken <= group.Finished, "a task ends once");
            Debug.Assert(group.Waiting.Count >= 0 && group.Waiting.Count <= group.Accepted - group.Finished, "what waits is not over");
        }
    }
}

/// <summary>What a scheduler is told when it is made, and whom it tells. All calls come inside its lock: they may not wait.</summary>
internal sealed record SchedulerSettings
{
    /// <summary>The most workers at a time.</summary>
    public required int Size { get; init; }

    /// <summary>How many stay though they have nothing to do.</summary>
    public int MinSize { get; init; }

    /// <summary>How many tasks a worker does before another takes its place.</summary>
    public int MaxTasksPerWorker { get; init; } = int.MaxValue;

    /// <summary>With how much memory, in bytes, a worker is replaced between two tasks; null for any.</summary>
    public long? MaxWorkerMemory { get; init; }

    /// <summary>After how long a worker with nothing to do ends; null for never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Told when another worker is wanted.</summary>
    public required Action OnWanted { get; init; }

    /// <summary>Told after how long <see cref="Scheduler.Tick"/> is to be called; an earlier alarm counts no more.</summary>
    public required Action<TimeSpan> OnAlarm { get; init; }

    /// <summary>Told of each attempt's end; may be null.</summary>
    public Action<TaskAttempt>? OnAttempt { get; init; }

    /// <summary>Takes what workers write past the streams, on their own threads, with nothing locked; may be null.</summary>
    public Action<string>? OnOutput { get; init; }

    /// <summary>Where time comes from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>From 0 to 1, for what should not happen all at once.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}

/// <summary>Why a pool could not go on.</summary>
/// <param name="Reason">What a worker said when its initialization failed, encoded; or null.</param>
/// <param name="Crash">How a worker died that had not finished a single task; or null.</param>
/// <param name="Error">Why a worker's process could not be started; or null.</param>
public sealed record PoolFailure(byte[]? Reason = null, WorkerCrash? Crash = null, Exception? Error = null);
