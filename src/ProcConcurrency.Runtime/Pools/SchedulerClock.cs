namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// When the scheduler has to look again. There is one alarm, set to the earliest time that anything asked for; when it is due, each looks
/// after itself, and asks anew where it still has to wait.
/// </summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class SchedulerClock(SchedulerSettings settings)
{
    private static readonly TimeSpan s_forEver = TimeSpan.FromDays(10_000);
    private long _alarm = long.MaxValue;

    internal long Now => settings.Time.GetTimestamp();

    internal TimeSpan Since(long begin) => settings.Time.GetElapsedTime(begin);

    internal TimeSpan Between(long begin, long end) => settings.Time.GetElapsedTime(begin, end);

    internal long After(TimeSpan time) => After(Now, time);

    internal long After(long begin, TimeSpan time) =>
        time >= s_forEver ? long.MaxValue : begin + (long)(time.TotalSeconds * settings.Time.TimestampFrequency);

    /// <summary>The alarm is due by then.</summary>
    internal void Require(long when)
    {
        if (when < _alarm)
        {
            _alarm = when;
            var wait = settings.Time.GetElapsedTime(Now, when);

            // One tick more, for a time span is coarser than the clock, and an alarm that comes early comes twice.
            settings.OnAlarm(wait >= TimeSpan.Zero ? wait + TimeSpan.FromTicks(1) : TimeSpan.Zero);
        }
    }

    /// <summary>The alarm was due: none is set.</summary>
    internal void Clear() => _alarm = long.MaxValue;
}
