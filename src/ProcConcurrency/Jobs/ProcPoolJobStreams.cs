using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>The one child job of a pool's job: it holds the streams, where scripts look for them.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcPoolJobStreams : Job
{
    private readonly ProcPoolJob _job;

    internal ProcPoolJobStreams(ProcPoolJob job, string command)
        : base(command)
    {
        PSJobTypeName = "ProcPool";
        _job = job;
    }

    /// <summary>The state, with the reason where the call failed.</summary>
    public new JobStateInfo JobStateInfo => _job.WithReason(base.JobStateInfo);

    /// <inheritdoc/>
    public override bool HasMoreData => _job.HasMoreData;

    /// <inheritdoc/>
    public override string Location => _job.Location;

    /// <inheritdoc/>
    public override string StatusMessage => _job.StatusMessage;

    /// <inheritdoc/>
    public override void StopJob() => _job.StopJob();

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Takes the job's state.</summary>
    internal void Become(JobState state) => SetJobState(state);
}
