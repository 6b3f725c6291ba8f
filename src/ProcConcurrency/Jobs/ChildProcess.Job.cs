using System.ComponentModel;
using System.Management.Automation;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Jobs;

/// <summary>What the job cmdlets ask of a child process.</summary>
public sealed partial class ChildProcess
{
    private static readonly TimeSpan s_stopGrace = TimeSpan.FromSeconds(5);

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
    public override void StopJobAsync(bool force, string reason) => Background.Start(
        $"stop of '{Name}'",
        () =>
        {
            StopJob(force, reason);
            OnStopJobCompleted(new AsyncCompletedEventArgs(null, false, null));
        },
        error => OnStopJobCompleted(new AsyncCompletedEventArgs(error, false, null)));

    /// <inheritdoc/>
    public override void SuspendJob() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void SuspendJob(bool force, string reason) => throw NotSuspendable();

    /// <inheritdoc/>
    public override void SuspendJobAsync() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void SuspendJobAsync(bool force, string reason) => throw NotSuspendable();

    /// <inheritdoc/>
    public override void ResumeJob() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void ResumeJobAsync() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void UnblockJob() => throw NotSuspendable();

    /// <inheritdoc/>
    public override void UnblockJobAsync() => throw NotSuspendable();

    private static NotSupportedException NotSuspendable() => new("A child process can't be suspended or resumed; stop it instead.");
}
