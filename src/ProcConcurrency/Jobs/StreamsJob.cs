using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>A job whose one child job has the streams.</summary>
public abstract class StreamsJob : UnsuspendableJob
{
    // Why it failed. Set before the state is, by the one thread that sets it.
    private volatile Exception? _reason;

    /// <param name="command">What is shown as its command.</param>
    /// <param name="name">Its name; null for the next of PowerShell's own.</param>
    /// <param name="what">What it is, as a sentence begins with it.</param>
    /// <param name="type">What Get-Job shows as its type.</param>
    private protected StreamsJob(string command, string? name, string what, string type)
        : base(command, name, what)
    {
        PSJobTypeName = type;
        Streams = new JobStreams(this, command, type);
        ChildJobs.Add(Streams);
    }

    // Receive-Job reads the base class's state and streams: the streams of a child job and of its parent both, and a reason as one
    // more error. So what scripts see here of either hides what it reads, and nothing is received twice.

    /// <summary>The state, and for a failed job the reason: the error that ended it, or how it ended otherwise.</summary>
    public new JobStateInfo JobStateInfo => WithReason(base.JobStateInfo);

    /// <summary>Output that nobody has received yet.</summary>
    public new PSDataCollection<PSObject> Output => Streams.Output;

    /// <summary>Errors that nobody has received yet.</summary>
    public new PSDataCollection<ErrorRecord> Error => Streams.Error;

    /// <summary>Warnings that nobody has received yet.</summary>
    public new PSDataCollection<WarningRecord> Warning => Streams.Warning;

    /// <summary>Verbose records that nobody has received yet.</summary>
    public new PSDataCollection<VerboseRecord> Verbose => Streams.Verbose;

    /// <summary>Debug records that nobody has received yet.</summary>
    public new PSDataCollection<DebugRecord> Debug => Streams.Debug;

    /// <summary>Information that nobody has received yet.</summary>
    public new PSDataCollection<InformationRecord> Information => Streams.Information;

    /// <summary>How its activities stand, where nobody has received it yet.</summary>
    public new PSDataCollection<ProgressRecord> Progress => Streams.Progress;

    private protected JobStreams Streams { get; }

    private protected Exception? Reason
    {
        set => _reason = value;
    }

    /// <summary>Its name, by which cmdlets find it.</summary>
    public override string ToString() => Name;

    internal JobStateInfo WithReason(JobStateInfo info) =>
        info.State == JobState.Failed && _reason is { } reason ? new JobStateInfo(info.State, reason) : info;

    /// <summary>Sets the state: of the streams first, for who waits for the job may look there.</summary>
    private protected void Become(JobState state)
    {
        Streams.Become(state);
        SetJobState(state);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Streams.Dispose();
    }
}
