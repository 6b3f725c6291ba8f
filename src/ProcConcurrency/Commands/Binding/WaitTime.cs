using System.Globalization;

namespace ProcConcurrency.Commands.Binding;

/// <summary>
/// A time to wait, as <c>-Timeout</c> takes it: seconds (fractions too), a TimeSpan, or text of either. A WaitTime
/// can only be valid: it is 0 or more, and at most 24 days, which is what the system's waits can count; or -1 seconds or
/// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, which are no limit, as in Wait-Job.
/// </summary>
public sealed class WaitTime
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Seconds.</summary>
    /// <param name="seconds">0 or more; -1 for no limit.</param>
    public WaitTime(double seconds)
        : this(Convert(seconds))
    {
    }

    /// <summary>A span of time.</summary>
    /// <param name="value">0 or more; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <exception cref="ArgumentException">It is otherwise negative or longer than 24 days.</exception>
    public WaitTime(TimeSpan value)
    {
        Value = (value >= TimeSpan.Zero && value <= s_longest) || value == Timeout.InfiniteTimeSpan
            ? value
            : throw new WrongArgumentException($"A time is from 0 seconds to 24 days, or -1 for no limit; {value} is not.");
    }

    /// <summary>Text: seconds, or a span such as <c>0:01:30</c>.</summary>
    /// <param name="text">The text, in the invariant culture's form.</param>
    public WaitTime(string text)
        : this(Parse(text))
    {
    }

    /// <summary>The time; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> where there is no limit.</summary>
    public TimeSpan Value { get; }

    /// <summary>The time; null where there is no limit.</summary>
    public TimeSpan? Limit => Value == Timeout.InfiniteTimeSpan ? null : Value;

    /// <summary>The time that something may run; null where there is no limit, which 0 is too, as in <c>ForEach-Object -TimeoutSeconds</c>.</summary>
    public TimeSpan? RunLimit => Limit is { Ticks: > 0 } limit ? limit : null;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();

    private static TimeSpan Convert(double seconds) => seconds == -1
        ? Timeout.InfiniteTimeSpan
        : seconds >= 0 && seconds < s_longest.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new WrongArgumentException(string.Create(CultureInfo.InvariantCulture, $"A time is from 0 seconds to 24 days, or -1 for no limit; {seconds} seconds is not."));

    private static TimeSpan Parse(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return Convert(seconds);
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span)
            ? span
            : throw new WrongArgumentException($"'{text}' is no time: give seconds, such as 1.5, a TimeSpan, or -1 for no limit.");
    }
}
