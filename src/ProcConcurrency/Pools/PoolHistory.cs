using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Runtime.CompilerServices;
using ProcConcurrency.Commands;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>What a pool ran, where and when: the last attempts at tasks.</summary>
/// <remarks>Thread-safe. It keeps no task and no input alive, but their names.</remarks>
internal sealed class PoolHistory
{
    private const int MaxAttempts = 100_000;
    private const int MaxLabel = 80;
    private const int MaxError = 200;
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);

    private readonly long _since = Stopwatch.GetTimestamp();

    // Guards _attempts and _next.
    private readonly object _gate = new();
    private readonly List<Attempt> _attempts = [];
    private int _next;

    // The last attempt at each task that failed, as long as anybody has the task: what was wrong is known when its records are read.
    private readonly ConditionalWeakTable<PoolTask, Attempt> _failed = [];

    /// <summary>How many attempts ended a second lately.</summary>
    internal double Rate => Recent().Count() / Window.TotalSeconds;

    /// <summary>The time that is looked at: no longer than the pool has been there.</summary>
    private TimeSpan Window => Stopwatch.GetElapsedTime(_since) is var age && age < s_window ? age : s_window;

    /// <summary>Takes an attempt's end. Called inside the pool's lock.</summary>
    internal void Add(TaskAttempt attempt)
    {
        var entry = new Attempt(
            attempt.Task.Index, Label(attempt.Task), attempt.ProcessId, attempt.Task.HostName, attempt.StartedAt, attempt.Duration, attempt.State, attempt.Cause, attempt.Attempt);
        if (attempt.Cause != PoolTaskCause.None)
        {
            _failed.AddOrUpdate(attempt.Task, entry);
        }

        lock (_gate)
        {
            if (_attempts.Count < MaxAttempts)
            {
                _attempts.Add(entry);
            }
            else
            {
                _attempts[_next] = entry;
                _next = (_next + 1) % MaxAttempts;
            }
        }
    }

    /// <summary>Takes the text of what was wrong with the last attempt at a task; does nothing where nothing was.</summary>
    internal void Explain(PoolTask task, string error)
    {
        // One that ended otherwise since, while it waited for another try, has no attempt of that end.
        if (_failed.TryGetValue(task, out var attempt) && attempt.Cause == task.Cause)
        {
            attempt.Error = ValueText.Cut(error, MaxError);
        }
    }

    /// <summary>An input as text where it is a plain value, else null: no code of the user's runs here.</summary>
    internal static string? TextOf(object? input) => (input is PSObject wrapped ? wrapped.BaseObject : input) switch
    {
        string text => ValueText.Cut(text, MaxLabel),
        { } value when value.GetType().IsPrimitive || value is decimal or BigInteger or Int128 or UInt128 or Half => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>What share of so many workers' time was spent on attempts lately.</summary>
    /// <param name="workers">How many there are.</param>
    /// <param name="running">How long each attempt has taken so far that has not ended.</param>
    internal double UtilizationOf(int workers, IEnumerable<TimeSpan> running)
    {
        var now = Stopwatch.GetTimestamp();
        var window = Window;
        var busy = running.Sum(duration => Math.Min(duration.TotalSeconds, window.TotalSeconds)) + Recent().Sum(attempt => Math.Min(attempt.Duration.TotalSeconds, window.TotalSeconds - Stopwatch.GetElapsedTime(attempt.EndedAt, now).TotalSeconds));
        return Math.Clamp(busy / (workers * window.TotalSeconds), 0, 1);
    }

    /// <summary>All that is remembered, the oldest first.</summary>
    internal IEnumerable<TimelineEntry> Entries()
    {
        Attempt[] attempts;
        lock (_gate)
        {
            attempts = [.. _attempts.Skip(_next), .. _attempts.Take(_next)];
        }

        var (now, stamp) = (DateTime.UtcNow, Stopwatch.GetTimestamp());
        return attempts.Select(attempt => new TimelineEntry(
            attempt.Index, attempt.Label, attempt.ProcessId, attempt.HostName ?? Environment.MachineName, now - Stopwatch.GetElapsedTime(attempt.StartedAt, stamp),
            attempt.Duration, attempt.State.ToString(), attempt.Number, attempt.Error));
    }

    private IEnumerable<Attempt> Recent()
    {
        var now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            // In the order of their ends, for that is when they were added.
            var count = _attempts.Count;
            return [.. Enumerable.Range(1, count).Select(i => _attempts[(_next + count - i) % count])
                .TakeWhile(attempt => Stopwatch.GetElapsedTime(attempt.EndedAt, now) < s_window)];
        }
    }

    private static string Label(PoolTask task) => task.Tag switch
    {
        ProcTask submitted => submitted.Label,
        PoolItem item when TextOf(item.Input) is { } text => text,
        _ => string.Create(CultureInfo.InvariantCulture, $"#{task.Index}"),
    };

    private sealed record Attempt(
        long Index, string Label, int ProcessId, string? HostName, long StartedAt, TimeSpan Duration, PoolTaskState State, PoolTaskCause Cause, int Number)
    {
        /// <summary>What was wrong: its kind, until somebody has read the error; null where nothing was.</summary>
        internal string? Error { get; set; } = Cause is PoolTaskCause.None ? null : Cause.ToString();

        internal long EndedAt => StartedAt + (long)(Duration.TotalSeconds * Stopwatch.Frequency);
    }
}
