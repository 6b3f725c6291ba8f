using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>
/// A job's one child job, as a job of Start-Job has one: it holds the streams, so that scripts find them where those of other jobs are
/// (<c>$job.ChildJobs[0].Verbose</c>), and Receive-Job -NoRecurse leaves them there.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class JobStreams : Job
{
    private readonly StreamsJob _owner;

    internal JobStreams(StreamsJob owner, string command, string type)
        : base(command)
    {
        PSJobTypeName = type;
        _owner = owner;
    }

    /// <summary>The state, with the reason where the job failed: see <see cref="StreamsJob.JobStateInfo"/>.</summary>
    public new JobStateInfo JobStateInfo => _owner.WithReason(base.JobStateInfo);

    /// <inheritdoc/>
    public override bool HasMoreData => _owner.HasMoreData;

    /// <inheritdoc/>
    public override string Location => _owner.Location;

    /// <inheritdoc/>
    public override string StatusMessage => _owner.StatusMessage;

    /// <inheritdoc/>
    public override void StopJob() => _owner.StopJob();

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Takes the job's state.</summary>
    internal void Become(JobState state) => SetJobState(state);
}
