using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>
/// A call's progress bar: how many are done, how fast, how many failed, and, where the total is known, what share that
/// is and how long the rest will take. Shown only where a run takes long enough to wonder.
/// </summary>
/// <param name="write">Takes its records.</param>
/// <param name="counts">Gives the counts now.</param>
/// <param name="total">Gives how many there are to do, without those that are skipped; null where nobody knows.</param>
internal sealed class CallProgress(Action<RecordStream, object?> write, Func<PoolCounts> counts, Func<long?> total)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);
    private static int s_lastActivity;

    private readonly int _activity = 1000 * (Interlocked.Increment(ref s_lastActivity) % 1_000_000);
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = s_patience;
    private bool _shown;

    /// <summary>How many inputs were skipped, because they were done before.</summary>
    internal long Skipped { get; set; }

    /// <summary>Whether it shows nothing of its own.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>Shows the state, where it is time to.</summary>
    internal void Update()
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (IsHidden || elapsed < _next)
        {
            return;
        }

        _next = elapsed + s_interval;
        _shown = true;
        write(RecordStream.Progress, Describe(counts(), elapsed));
    }

    /// <summary>Takes the bar away.</summary>
    internal void Complete()
    {
        if (_shown)
        {
            _shown = false;
            write(RecordStream.Progress, new ProgressRecord(_activity, "Invoke-ProcPool", "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    /// <summary>Shows a worker's own progress below the pool's.</summary>
    internal void Forward(ProgressRecord progress) => write(
        RecordStream.Progress,
        new ProgressRecord(_activity + 1 + Math.Abs(progress.ActivityId % 999), progress.Activity, progress.StatusDescription)
        {
            ParentActivityId = _shown ? _activity : -1,
            PercentComplete = progress.PercentComplete,
            SecondsRemaining = progress.SecondsRemaining,
            CurrentOperation = progress.CurrentOperation,
            RecordType = progress.RecordType,
        });

    private ProgressRecord Describe(PoolCounts now, TimeSpan elapsed)
    {
        var rate = now.Finished / elapsed.TotalSeconds;
        var all = total();
        var of = all is null ? string.Empty : string.Create(CultureInfo.CurrentCulture, $" of {all:N0}");
        var failed = now.Failed == 0 ? string.Empty : string.Create(CultureInfo.CurrentCulture, $", {now.Failed:N0} failed");
        var skipped = Skipped == 0 ? string.Empty : string.Create(CultureInfo.CurrentCulture, $", {Skipped:N0} skipped");
        var status = string.Create(CultureInfo.CurrentCulture, $"{now.Finished:N0}{of} done, {rate:N1} a second{failed}{skipped}, {now.Workers} workers");
        var record = new ProgressRecord(_activity, "Invoke-ProcPool", status);
        if (all > 0)
        {
            // More may come than was said.
            record.PercentComplete = (int)Math.Min(100 * now.Finished / all.Value, 100);
            record.SecondsRemaining = rate > 0 ? (int)Math.Clamp((all.Value - now.Finished) / rate, 0, int.MaxValue) : -1;
        }

        return record;
    }
}
