using System.ComponentModel;
using System.Management.Automation;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Jobs;

/// <summary>What the job cmdlets ask of it.</summary>
public sealed partial class ProcPoolJob
{
    // Receive-Job reads the base class's state and streams, those of a child job and of its parent both: see ChildProcess.

    /// <summary>The state, and for a failed call the reason.</summary>
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

    /// <summary>How the call stands, where nobody has received it yet.</summary>
    public new PSDataCollection<ProgressRecord> Progress => _streams.Progress;

    /// <inheritdoc/>
    public override void StartJob() => throw NotRestartable();

    /// <inheritdoc/>
    public override void StartJobAsync() => throw NotRestartable();

    /// <summary>Ends the call: when this returns, no process of it is left.</summary>
    public override void StopJob() => StopJob(force: true, string.Empty);

    /// <inheritdoc/>
    public override void StopJob(bool force, string reason)
    {
        if (!_ended.Task.IsCompleted)
        {
            Abort();
            _ended.Task.Wait();
        }
    }

    /// <inheritdoc/>
    public override void StopJobAsync() => StopJobAsync(force: true, string.Empty);

    /// <inheritdoc/>
    public override void StopJobAsync(bool force, string reason) => StopInBackground("stop of a pool's job", force, reason);

    private static NotSupportedException NotRestartable() => new("A pool's run is started by Invoke-ProcPool -AsJob, and once.");
}
