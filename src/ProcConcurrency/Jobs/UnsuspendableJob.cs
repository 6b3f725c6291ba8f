using System.ComponentModel;
using System.Management.Automation;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Jobs;

/// <summary>A job that runs to its end or is stopped: it can't be suspended, and there is nothing in it to be resumed or unblocked.</summary>
public abstract class UnsuspendableJob : Job2
{
    private readonly string _what;

    /// <param name="command">What is shown as its command.</param>
    /// <param name="name">Its name; null for the next of PowerShell's own.</param>
    /// <param name="what">What it is, as a sentence begins with it.</param>
    private protected UnsuspendableJob(string command, string? name, string what)
        : base(command, name) => _what = what;

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

    /// <summary>Stops it on a thread of its own, which tells PowerShell of the end.</summary>
    private protected void StopInBackground(string thread, bool force, string reason) => Background.Start(
        thread,
        () =>
        {
            StopJob(force, reason);
            OnStopJobCompleted(new AsyncCompletedEventArgs(null, false, null));
        },
        error => OnStopJobCompleted(new AsyncCompletedEventArgs(error, false, null)));

    private NotSupportedException NotSuspendable() => new($"{_what} can't be suspended or resumed; stop it instead.");
}
