using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>
/// A block that was given to a pool, and what came of it: Python's <c>AsyncResult</c>. It is a job, too: Wait-Job, Receive-Job and
/// Stop-Job work on it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcTask : UnsuspendableJob
{
    private readonly PoolCore _core;
    private readonly WeakReference<ProcPool> _pool;

    // Whether a thread is in ShowState.
    private int _isShowing;

    // Who tells of its end.
    private int _teller;

    // The last state; NotStarted before.
    private volatile JobState _end;

    // Until it is over, so that its pool isn't ended.
    private ProcPool? _keptPool;
    private PoolTask? _task;

    // Set before _isOver is, by the one thread that sets it.
    private List<StreamRecord> _records = [];
    private Exception? _reason;
    private volatile bool _isOver;

    internal ProcTask(ProcPool pool, string command, string? name)
        : base(command, name, "A task")
    {
        PSJobTypeName = nameof(ProcTask);
        Name = name ?? $"ProcTask-{Id}";
        _core = pool.Core;
        _keptPool = pool;
        _pool = pool.Weak;
    }

    private enum Teller
    {
        /// <summary>A thread of its pool's.</summary>
        Pool,

        /// <summary>Who waits for it.</summary>
        Attendant,

        /// <summary>Who waits for it, and it is over.</summary>
        AttendantNow,
    }

    /// <summary>Its pool; null where nobody refers to that any more.</summary>
    public ProcPool? Pool => _pool.TryGetTarget(out var pool) ? pool : null;

    /// <summary>Where it is: Queued, Sent, Running, Done, Failed, Lost or Canceled.</summary>
    public PoolTaskState Status => _task?.State ?? PoolTaskState.Queued;

    /// <summary>What a timeline calls it: the name that it was given, or else its input where that is plain, or else its own.</summary>
    [System.Diagnostics.CodeAnalysis.AllowNull]
    internal string Label { get => field ?? Name; init; }

    /// <summary>Whether it is over, one way or another.</summary>
    public bool IsCompleted => _isOver;

    /// <summary>Whether it ended without an error; null before it is over.</summary>
    public bool? IsSuccessful => _isOver ? Status == PoolTaskState.Done : null;

    /// <summary>The worker that ran it, or runs it; null before there is one.</summary>
    public int? ProcessId => _task is { ProcessId: not 0 and var id } ? id : null;

    /// <summary>The host of its last attempt, as it was named; null for this machine, and before there is one.</summary>
    public string? ComputerName => _task?.HostName;

    /// <summary>How often it was begun.</summary>
    public int Attempts => _task?.Attempts ?? 0;

    /// <summary>When its last attempt began; null before.</summary>
    public DateTime? Started => _task?.StartedUtc?.ToLocalTime();

    /// <summary>How long its last attempt took, or has taken so far.</summary>
    public TimeSpan Duration => _task?.Duration ?? TimeSpan.Zero;

    /// <inheritdoc/>
    public override bool HasMoreData => !_isOver || this.CountRecords() > 0;

    /// <inheritdoc/>
    public override string Location => ComputerName ?? RemoteTarget.ThisMachine;

    /// <inheritdoc/>
    public override string StatusMessage => Status.ToString();

    /// <summary>How it ended, and why where it failed; before that whether it runs already.</summary>
    /// <remarks>One that has run is Running until its job has what it wrote.</remarks>
    public new JobStateInfo JobStateInfo => _end is not JobState.NotStarted and var end ? new JobStateInfo(end, end == JobState.Failed ? _reason : null)
        : new JobStateInfo(_task is { State: >= PoolTaskState.Running, Attempts: > 0 } ? JobState.Running : JobState.NotStarted);

    /// <summary>What is run when it is over, and where that waits; null for a task that has nothing, or had: it keeps no runspace alive.</summary>
    internal Callbacks? Callbacks { get; set; }

    /// <summary>Whether it is over, and its callback is at least in the queue.</summary>
    internal bool IsTold { get; set; }

    /// <summary>It is over, and the thread that waits for it has to tell of that now.</summary>
    internal bool IsLeftToAttendant => Volatile.Read(ref _teller) == (int)Teller.AttendantNow;

    /// <summary>Where its pool's list has it. The list's lock guards it.</summary>
    internal LinkedListNode<ProcTask>? Place { get; set; }

    /// <summary>Whether its job was removed: nobody finds it any more. The list's lock guards it.</summary>
    internal bool IsRemoved { get; set; }

    /// <summary>How many bytes what it wrote took on its way here, once it is over.</summary>
    internal long RecordBytes { get; private set; }

    /// <summary>What has to be said beside what it wrote: that it took too long, its worker died, and the like; null where there is nothing.</summary>
    internal ErrorRecord? OwnError { get; private set; }

    /// <summary>What it wrote to every stream; as often as asked.</summary>
    internal IReadOnlyList<StreamRecord> Records => _records;

    /// <summary>What it wrote to its output.</summary>
    internal IEnumerable<object?> Results => _records.Where(static record => record.Stream == RecordStream.Output).Select(static record => record.Record);

    /// <summary>Its own error, or else the last that it wrote; null where there is none.</summary>
    internal ErrorRecord? LastError =>
        OwnError ?? _records.FindLast(static record => record.Stream == RecordStream.Error && !NativeOutput.IsLine(record.Record))?.Record as ErrorRecord;

    /// <summary>Its output, as often as asked; what it wrote as null is null.</summary>
    /// <exception cref="MemberCallException">It is not over yet, or has failed: then with its own error.</exception>
    public Collection<PSObject> GetResult()
    {
        if (!_isOver)
        {
            throw new MemberCallException(Errors.TaskNotCompleted(this).Record);
        }

        return IsSuccessful == true
            ? [.. Results.Select(static result => result is null ? null! : PSObject.AsPSObject(result))]
            : throw new MemberCallException(LastError ?? Errors.TaskCanceled(this, Name));
    }

    /// <summary>
    /// Calls it off: it never runs where it has not begun; else its worker is ended, and another takes that one's place. When this
    /// returns, it is over.
    /// </summary>
    public override void StopJob()
    {
        Cancel();

        // Where a job's state is told of, whatever listens to it runs, and the wait would never end.
        if (_task is not null && !PoolCore.IsTellingHere)
        {
            TaskNews.WaitTold(this);
        }
    }

    /// <inheritdoc/>
    public override void StopJob(bool force, string reason) => StopJob();

    /// <inheritdoc/>
    public override void StopJobAsync() => StopJobAsync(force: false, string.Empty);

    /// <inheritdoc/>
    public override void StopJobAsync(bool force, string reason) => StopInBackground($"stop of '{Name}'", force, reason);

    /// <inheritdoc/>
    public override void StartJob()
    {
        // It was, when it was submitted.
    }

    /// <inheritdoc/>
    public override void StartJobAsync() => OnStartJobCompleted(new AsyncCompletedEventArgs(null, false, null));

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    /// <summary>
    /// Before a pool has it: the thread that is here will wait for it and tell of its end itself, a hand-over less than by the pool's own
    /// thread. It calls <see cref="Unattend"/> when it has waited.
    /// </summary>
    internal void Attend() => _teller = (int)Teller.Attendant;

    /// <summary>It is over: whether the thread that waits for it is to tell of that.</summary>
    internal bool TryLeaveToAttendant() =>
        Interlocked.CompareExchange(ref _teller, (int)Teller.AttendantNow, (int)Teller.Attendant) == (int)Teller.Attendant;

    /// <summary>The thread that waits for it does something else: where it is over this tells of its end, else its pool will.</summary>
    internal void Unattend()
    {
        if (Interlocked.Exchange(ref _teller, (int)Teller.Pool) == (int)Teller.AttendantNow)
        {
            _core.TellOf(this);
        }
    }

    /// <summary>Gives it what the scheduler knows of it.</summary>
    internal void Bind(PoolTask task) => _task = task;

    /// <summary>Calls it off as <see cref="StopJob()"/> does, and returns without waiting for its end. Does nothing where it is over.</summary>
    internal void Cancel()
    {
        if (_task is { } task)
        {
            _core.Engine.Cancel(task);
        }
    }

    /// <summary>Sets the job's own state, by which the engine finds jobs, to what it is before the end: <see cref="JobStateInfo"/> only hides it.</summary>
    internal void ShowState()
    {
        // No lock: what listens to the state may wait for the task's end, which another thread tells.
        if (Interlocked.Exchange(ref _isShowing, 1) == 1)
        {
            return;
        }

        try
        {
            if (JobStateInfo.State is (JobState.NotStarted or JobState.Running) and var state && base.JobStateInfo.State != state)
            {
                SetJobState(state);
                if (_end is not JobState.NotStarted and var end && base.JobStateInfo.State == state)
                {
                    // It ended meanwhile, and no other state may follow that.
                    SetJobState(end);
                }
            }
        }
        catch (InvalidOperationException)
        {
            // It was removed meanwhile.
        }
        finally
        {
            Volatile.Write(ref _isShowing, 0);
        }
    }

    /// <summary>It is over: takes what it wrote, and says so. It is over afterwards whatever this throws.</summary>
    internal void Complete()
    {
        var task = _task!;
        var records = new List<StreamRecord>(1);
        try
        {
            ReadKept(task, records);
            OwnError = ErrorOf(task);
        }
        finally
        {
            _records = records;
            _reason = LastError?.Exception;
            _keptPool = null;
            _isOver = true;
            if (_reason is not null)
            {
                Background.Run("history of a pool", Explain);
            }

            Become(task.State switch { PoolTaskState.Done => JobState.Completed, PoolTaskState.Canceled => JobState.Stopped, _ => JobState.Failed });
        }
    }

    /// <summary>Takes it off its pool's list; one that is not over is called off, and nobody waits here for its end.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Not for its end: who removes a job when it has ended may be called by the thread that tells of that.
            Cancel();
            _core.Forget(this);
        }

        base.Dispose(disposing);
    }

    private void ReadKept(PoolTask task, List<StreamRecord> records)
    {
        var format = new FormatSequence();
        try
        {
            foreach (var bytes in _core.Engine.ReadKept(task))
            {
                RecordBytes += bytes.Length;
                Read(bytes, records, format);
            }
        }
        catch (IOException error)
        {
            records.Add(new StreamRecord(RecordStream.Error, Errors.ResultsLost($"the task '{Name}'", this, error)));
        }
        finally
        {
            // A table that an error cut off gets its end, or a formatter would end the caller's script.
            format.AddEnd(records);
            _core.Engine.Forget(task);
        }
    }

    private void Explain() => _core.History.Explain(_task!, LastError!.ToString());

    /// <summary>Gives the job what the task wrote, and its last state.</summary>
    private void Become(JobState state)
    {
        try
        {
            try
            {
                foreach (var (stream, record) in _records)
                {
                    this.Keep(stream, record);
                }

                if (OwnError is not null)
                {
                    this.Keep(RecordStream.Error, OwnError);
                }
            }
            finally
            {
                _end = state;
                SetJobState(state);
            }
        }
        catch (InvalidOperationException)
        {
            // It was removed meanwhile: its streams are closed, and it takes no state any more.
        }
    }

    private void Read(byte[] bytes, List<StreamRecord> records, FormatSequence format)
    {
        var reader = new ValueReader(bytes, SessionValues.Context);
        var isOver = false;
        while (RecordCodec.TryRead(ref reader, this, ref isOver, out var record))
        {
            var marked = _core.Hosts is null || record.Record is null ? record
                : record with { Record = Origin.MarkHost(record.Record, ComputerName ?? RemoteTarget.ThisMachine, isOutput: record.Stream == RecordStream.Output) };
            format.Add(marked, records);
        }
    }

    /// <summary>What has to be said beside what it wrote.</summary>
    private ErrorRecord? ErrorOf(PoolTask task) => task.Cause switch
    {
        PoolTaskCause.Timeout => Errors.TaskTimeout(this, Name, task),
        PoolTaskCause.Crash => Errors.WorkerCrashed(this, task.Crashes, task.Attempts),
        PoolTaskCause.Canceled => Errors.TaskCanceled(this, Name),
        PoolTaskCause.Definition => Errors.ToldBy(task.DefinitionFailure!),
        PoolTaskCause.Pool => PoolFailures.ToException(_core.Engine.Failure!).Record,
        _ => null,
    };
}
