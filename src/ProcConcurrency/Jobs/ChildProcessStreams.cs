using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>
/// A child process's one child job, as a job of Start-Job has one: it holds the streams, so that scripts find them where those of
/// other jobs are (<c>$job.ChildJobs[0].Verbose</c>), and Receive-Job -NoRecurse leaves them there.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ChildProcessStreams : Job
{
    private readonly ChildProcess _process;

    internal ChildProcessStreams(ChildProcess process, string command)
        : base(command)
    {
        PSJobTypeName = nameof(ChildProcess);
        _process = process;
    }

    /// <summary>The state, with the reason where the process failed: see <see cref="ChildProcess.JobStateInfo"/>.</summary>
    public new JobStateInfo JobStateInfo => _process.WithReason(base.JobStateInfo);

    /// <inheritdoc/>
    public override bool HasMoreData => _process.HasMoreData;

    /// <inheritdoc/>
    public override string Location => _process.Location;

    /// <inheritdoc/>
    public override string StatusMessage => _process.StatusMessage;

    /// <inheritdoc/>
    public override void StopJob() => _process.StopJob();

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Takes the process's state.</summary>
    internal void Become(JobState state) => SetJobState(state);
}
