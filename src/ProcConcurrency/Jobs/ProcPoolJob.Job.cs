using System.ComponentModel;
using System.Management.Automation;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Jobs;

/// <summary>What the job cmdlets ask of it.</summary>
public sealed partial class ProcPoolJob
{
    /// <inheritdoc/>
    public override void StartJob() => throw NotRestartable();

    /// <inheritdoc/>
    public override void StartJobAsync() => throw NotRestartable();

    /// <summary>Ends the call: when this returns, no process of it is left.</summary>
    public override void StopJob() => StopJob(force: true, string.Empty);

    /// <inheritdoc/>
    public override void StopJob(bool force, string reason) => End().Wait();

    /// <inheritdoc/>
    public override void StopJobAsync() => StopJobAsync(force: true, string.Empty);

    /// <inheritdoc/>
    public override void StopJobAsync(bool force, string reason) => StopInBackground("stop of a pool's job", force, reason);

    private static NotSupportedException NotRestartable() => new("A pool's run is started by Invoke-ProcPool -AsJob, and once.");
}
