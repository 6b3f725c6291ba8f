using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Commands;

/// <summary>
/// A pool's progress bar: how many are done, how fast, how many failed, and, once the input has ended, what share that
/// is and how long the rest will take. Shown only where a run takes long enough to wonder.
/// </summary>
internal sealed class PoolProgress(Cmdlet cmdlet, TaskGroup group)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);
    private static int s_lastActivity;

    private readonly int _activity = 1000 * (Interlocked.Increment(ref s_lastActivity) % 1_000_000);
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = s_patience;
    private bool _shown;

    /// <summary>Shows the state, where it is time to.</summary>
    internal void Update()
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (elapsed < _next)
        {
            return;
        }

        _next = elapsed + s_interval;
        _shown = true;
        cmdlet.WriteProgress(Describe(group.Counts, group.HasAllInput, elapsed));
    }

    /// <summary>Takes the bar away.</summary>
    internal void Complete()
    {
        if (_shown)
        {
            _shown = false;
            cmdlet.WriteProgress(new ProgressRecord(_activity, "Invoke-ProcPool", "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    /// <summary>Shows a worker's own progress below the pool's.</summary>
    internal void Forward(ProgressRecord progress) => cmdlet.WriteProgress(
        new ProgressRecord(_activity + 1 + Math.Abs(progress.ActivityId % 999), progress.Activity, progress.StatusDescription)
        {
            ParentActivityId = _shown ? _activity : -1,
            PercentComplete = progress.PercentComplete,
            SecondsRemaining = progress.SecondsRemaining,
            CurrentOperation = progress.CurrentOperation,
            RecordType = progress.RecordType,
        });

    private ProgressRecord Describe(PoolCounts counts, bool hasAllInput, TimeSpan elapsed)
    {
        var rate = counts.Finished / elapsed.TotalSeconds;
        var total = hasAllInput ? string.Create(CultureInfo.CurrentCulture, $" of {counts.Accepted:N0}") : string.Empty;
        var failed = counts.Failed == 0 ? string.Empty : string.Create(CultureInfo.CurrentCulture, $", {counts.Failed:N0} failed");
        var status = string.Create(CultureInfo.CurrentCulture, $"{counts.Finished:N0}{total} done, {rate:N1} a second{failed}, {counts.Workers} workers");
        var record = new ProgressRecord(_activity, "Invoke-ProcPool", status);
        if (hasAllInput && counts.Accepted > 0)
        {
            record.PercentComplete = (int)(100 * counts.Finished / counts.Accepted);
            record.SecondsRemaining = rate > 0 ? (int)Math.Min((counts.Accepted - counts.Finished) / rate, int.MaxValue) : -1;
        }

        return record;
    }
}
