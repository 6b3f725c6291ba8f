using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Jobs;

/// <summary>
/// A child process: another PowerShell that runs one block, seen as a job of this session. It follows Python's
/// <c>multiprocessing.Process</c>; Get-Job, Receive-Job, Wait-Job, Stop-Job and Remove-Job work on it too.
/// </summary>
/// <remarks>Thread-safe. Records arrive on the child's own thread and are kept until they are received.</remarks>
public sealed partial class ChildProcess : StreamsJob
{
    private readonly LaunchPlan _plan;
    private readonly ValueContext _context;
    private readonly RecordLog _records;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards the fields below.
    private readonly object _gate = new();
    private ChildLink? _link;
    private bool _daemon;
    private bool _started;
    private bool _stopAsked;
    private bool? _forceStop; // A stop that was asked for before there was a process.
    private int? _answer;
    private bool _isOverTime;
    private BackgroundTimer? _clock;
    private bool _threw;

    internal ChildProcess(LaunchPlan plan, string name, bool daemon)
        : base(plan.Command, name, "A child process", nameof(ChildProcess))
    {
        _plan = plan;
        _daemon = daemon;
        _context = SessionValues.Context;
        _records = new RecordLog(Streams, isStamped: true);
    }

    /// <summary>Raised, on any thread, when records came or the process ended.</summary>
    internal event Action? Changed;

    /// <summary>The process's name, by which cmdlets find it. Settable before the start only; no other process's, and without wildcards.</summary>
    /// <exception cref="MemberSettingException">It was set after the start, or to a name that can't be had.</exception>
    public new string Name
    {
        get => base.Name;
        set
        {
            lock (_gate)
            {
                try
                {
                    ChildProcessTable.Rename(this, _started ? throw Errors.SettingAfterStart(this, Name, nameof(Name)) : value, () => base.Name = value);
                }
                catch (CallerException error)
                {
                    throw new MemberSettingException(error.Record);
                }
            }
        }
    }

    /// <summary>The operating system's id; null before the start.</summary>
    public int? ProcessId => _link?.ProcessId;

    /// <summary>
    /// How it ended; null before it has. 0: done. 1: a terminating error. N: the script's <c>exit N</c>.
    /// -N: ended by signal N, as in Python; a process that exits with 137 by itself is 137.
    /// </summary>
    public int? ExitCode { get; private set; }

    /// <summary>The secret that the session's processes share, made from its key: Python's <c>authkey</c>. Never shown.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Scripts ask a process for it.")]
    public System.Security.SecureString AuthKey => SessionAuthKey.Value;

    /// <summary>Whether the process runs at this moment. After a stop it may take a while to become false.</summary>
    public bool IsAlive => _started && !_ended.Task.IsCompleted && !IsOver(base.JobStateInfo.State);

    /// <summary>Whether the session's end ends the process, instead of waiting for it. Settable before the start only.</summary>
    /// <exception cref="MemberSettingException">It was set after the start.</exception>
    public bool Daemon
    {
        get => _daemon;
        set
        {
            lock (_gate)
            {
                _daemon = _started ? throw new MemberSettingException(Errors.SettingAfterStart(this, Name, nameof(Daemon)).Record) : value;
            }
        }
    }

    /// <summary>Whether there is something to receive, or will perhaps be: true as long as the process runs.</summary>
    public override bool HasMoreData => (IsAlive && !IsOver(Streams.JobStateInfo.State)) || !_records.IsEmpty;

    /// <inheritdoc/>
    public override string Location => ComputerName ?? RemoteTarget.ThisMachine;

    /// <summary>The host that it runs on, as it was named; null for this machine.</summary>
    public string? ComputerName => _plan.Target?.Name;

    /// <inheritdoc/>
    public override string StatusMessage => ExitCode is { } code ? $"exit code {code}" : string.Empty;

    /// <summary>How long it may run; null for any time. It is killed then, with all below it.</summary>
    public TimeSpan? TimeLimit { get; internal init; }

    internal Task Ended => _ended.Task;

    /// <summary>The host that it runs on; null for this machine.</summary>
    internal RemoteTarget? Target => _plan.Target;

    /// <summary>See <see cref="LaunchPlan.ConnectThrottle"/>.</summary>
    internal int ConnectThrottle => _plan.ConnectThrottle;

    internal bool IsStarted => _started;

    /// <summary>Starts the process, as soon as there are not too many others that come up.</summary>
    /// <exception cref="MemberCallException">It was started before, or can't be started.</exception>
    public void Start()
    {
        try
        {
            Launch(CancellationToken.None);
        }
        catch (CallerException error)
        {
            throw new MemberCallException(error.Record);
        }
    }

    /// <summary>Runs the block in this process instead, and returns its output: Python's <c>Process.run()</c>.</summary>
    /// <remarks>What ends the block is thrown; its other errors and records go where those of a script block's <c>Invoke</c> go.</remarks>
    public System.Collections.ObjectModel.Collection<PSObject> Run() => BlockRunner.RunHere(_plan.Settings);

    /// <summary>Starts the process; errors come as records.</summary>
    /// <param name="canceled">Ends the wait for a place; nothing has been started then.</param>
    internal void Launch(CancellationToken canceled)
    {
        // A stop, or a second start, need not wait for the place.
        var spare = _started ? throw Errors.AlreadyStarted(this, Name) : _plan.Target is null ? SpareChildren.TryTake(_plan) : null;
        using var user = _plan.Target is null ? null : Connect(canceled);
        var place = spare is not null ? null : user is null ? StartPlace.Take(canceled) : user.Host.TakePlace(canceled);
        lock (_gate)
        {
            try
            {
                _started = _started ? throw Errors.AlreadyStarted(this, Name) : true;
                Become(JobState.Running);
            }
            catch
            {
                // It was started, stopped or removed meanwhile.
                place?.Dispose();
                spare?.Discard();
                throw;
            }
        }

        // With nothing locked: another machine may take long to answer, and the child may be quicker than this thread.
        ChildLink link;
        try
        {
            link = spare is null
                ? ChildLink.Start(_plan.Launch, place!, this, Name, _daemon, TakeOutputLine, user?.Host, canceled)
                : spare.HandOver(this, Name, _daemon, TakeOutputLine);
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or PlatformNotSupportedException)
        {
            throw Refuse(error);
        }
        catch (Exception error) when (error is OperationCanceledException or PipelineStoppedException)
        {
            // While another machine was asked for it.
            Refuse(error);
            throw;
        }

        bool? forceStop;
        lock (_gate)
        {
            _link = link;
            forceStop = _forceStop;
            if (TimeLimit is { } limit && !_ended.Task.IsCompleted)
            {
                _clock = Background.Timer("time limit", () => Background.StartOrQueue($"time limit of '{Name}'", OnTimeLimit));
                _clock.Set(limit);
            }
        }

        if (forceStop is { } force)
        {
            ChildLink.End([link], force);
        }
    }

    /// <summary>The host's connection, which stays at least as long as this is needed.</summary>
    private HostUse Connect(CancellationToken canceled)
    {
        try
        {
            return new HostUse(RemoteHosts.Acquire(_plan.Target!, canceled));
        }
        catch (RemoteHostException error)
        {
            lock (_gate)
            {
                throw _started ? Errors.AlreadyStarted(this, Name) : Fail(error);
            }
        }
    }

    /// <summary>It can't be started: its host can't be used, say.</summary>
    internal CallerException Refuse(Exception error)
    {
        lock (_gate)
        {
            return Fail(error);
        }
    }

    /// <summary>It could not be started.</summary>
    private CallerException Fail(Exception error)
    {
        System.Diagnostics.Debug.Assert(Monitor.IsEntered(_gate));
        _started = true;
        _clock?.Dispose();
        _plan.Release();
        Reason = error;
        End(JobState.Failed);
        return error is RemoteHostException host ? new CallerException(Errors.OfHost(host)) : Errors.WorkerStartFailed(error, this);
    }

    /// <summary>It is over without a process.</summary>
    private void End(JobState state)
    {
        System.Diagnostics.Debug.Assert(Monitor.IsEntered(_gate));
        try
        {
            Become(state);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Asks the process and all below it to end, or ends them at once. Returns without waiting.</summary>
    internal void Stop(bool force) => Stop([this], force);

    /// <summary>The same for many, which costs little more.</summary>
    internal static void Stop(IEnumerable<ChildProcess> processes, bool force) =>
        ChildLink.End([.. processes.Select(process => process.AskForStop(force)).OfType<ChildLink>()], force);

    /// <summary>Notes that the process was told to end; gives it where there is one.</summary>
    private ChildLink? AskForStop(bool force)
    {
        lock (_gate)
        {
            if (_started)
            {
                _stopAsked |= !_ended.Task.IsCompleted;
                if (_link is null)
                {
                    // It is being started, and is ended as soon as it has been.
                    _forceStop = force || _forceStop == true;
                }
            }
            else
            {
                _started = true;
                _plan.Release();
                End(JobState.Stopped);
            }

            return _link;
        }
    }

    /// <summary>The records that are there, which stay.</summary>
    internal List<StreamRecord> Look() => _records.Take(keep: true);

    /// <summary>Takes the records of several, in the order in which they came from any of them.</summary>
    /// <param name="processes">The children.</param>
    /// <param name="write">Takes each; what it has not taken when it throws is put back.</param>
    internal static void TakeAll(IReadOnlyCollection<ChildProcess> processes, Action<ChildProcess, RecordStream, object?> write)
    {
        var owners = processes.ToDictionary(static process => process._records);
        var records = RecordLog.TakeAll(owners.Keys);
        var next = 0;
        try
        {
            while (next < records.Count)
            {
                var record = records[next++];
                write(owners[record.Log], record.Stream, record.Record);
            }
        }
        finally
        {
            if (next < records.Count)
            {
                RecordLog.PutBack(records.Skip(next));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ChildProcessTable.Remove(this);

            // One that was not started never will be. Where it has just ended, it may be the news of its end that leads here, on the
            // thread which has still to say so.
            if (!_started || (IsAlive && ExitCode is null))
            {
                Stop(force: true);
                _ended.Task.Wait();
            }
        }

        base.Dispose(disposing);
    }
}
