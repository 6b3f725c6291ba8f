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
    public override void StopJobAsync(bool force, string reason) => StopInBackground($"stop of '{Name}'", force, reason);

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
}
