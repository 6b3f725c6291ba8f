using System.ComponentModel;
using System.Management.Automation;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Jobs;

/// <summary>What the job cmdlets ask of a child process.</summary>
public sealed partial class ChildProcess
{
    private static readonly TimeSpan s_stopGrace = TimeSpan.FromSeconds(5);

    // Why it failed. Set before the state is, by the one thread that sets it.
    private volatile Exception? _reason;

    // Receive-Job reads the base class's state and streams: the streams of a child job and of its parent both, and a reason as one
    // more error. So what scripts see here of either hides what it reads, and nothing is received twice.

    /// <summary>The state, and for a failed process the reason: the error that ended its script, or how it ended otherwise.</summary>
    public new JobStateInfo JobStateInfo => WithReason(base.JobStateInfo);

    /// <summary>Output that nobody has received yet.</summary>
    public new PSDataCollection<PSObject> Output => _streams.Output;

    /// <summary>Errors that nobody has received yet.</summary>
    public new PSDataCollection<ErrorRecord> Error => _streams.Error;

    /// <summary>Warnings that nobody has received yet.</summary>
    public new PSDataCollection<WarningRecord> Warning => _streams.Warning;

    /// <summary>Verbose records that nobody has received yet.</summary>
    public new PSDataCollection<VerboseRecord> Verbose => _streams.Verbose;

    /// <summary>Debug records that nobody has received yet.</summary>
    public new PSDataCollection<DebugRecord> Debug => _streams.Debug;

    /// <summary>Information that nobody has received yet.</summary>
    public new PSDataCollection<InformationRecord> Information => _streams.Information;

    /// <summary>How the process's activities stand, where nobody has received it yet.</summary>
    public new PSDataCollection<ProgressRecord> Progress => _streams.Progress;

    /// <inheritdoc/>
    public override void StartJob() => Start();

    /// <inheritdoc/>
    public override void StartJobAsync()
    {
        Start();
        OnStartJobCompleted(new AsyncCompletedEventArgs(null, false, null));
    }

    /// <inheritdoc/>
    public override void StopJob() => StopJob(force: false, string.Empty);

    /// <inheritdoc/>
    public override void StopJob(bool force, string reason)
    {
        Stop(force);
        if (!_ended.Task.Wait(s_stopGrace))
        {
            Stop(force: true);
            _ended.Task.Wait();
        }
    }

    /// <inheritdoc/>
    public override void StopJobAsync() => StopJobAsync(force: false, string.Empty);

    /// <inheritdoc/>
    public override void StopJobAsync(bool force, string reason) => StopInBackground($"stop of '{Name}'", force, reason);

    /// <summary>The name, by which cmdlets find it.</summary>
    public override string ToString() => Name;

    internal JobStateInfo WithReason(JobStateInfo info) =>
        info.State == JobState.Failed && _reason is { } reason ? new JobStateInfo(info.State, reason) : info;

    private void OnTimeLimit()
    {
        lock (_gate)
        {
            // One that was asked to stop, or that waits for children of its own, is over its time all the same.
            _isOverTime = true;
        }

        _link!.Kill();
    }

    // Who waits for a state is told of it before the last word is said about the process.
    private static bool IsOver(JobState state) => state is JobState.Completed or JobState.Failed or JobState.Stopped;

    /// <summary>Sets the state: of the streams first, for who waits for the process may look there.</summary>
    private void Become(JobState state)
    {
        _streams.Become(state);
        SetJobState(state);
    }
}
