using System.Diagnostics;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>A point in time, or never, on a clock that nobody sets.</summary>
/// <param name="timeout">From now; null for never.</param>
public readonly struct Deadline(TimeSpan? timeout)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>The time that is left, 0 or more; the longest there is where the deadline is never.</summary>
    public TimeSpan Left
    {
        get
        {
            if (timeout is not { } length)
            {
                return TimeSpan.MaxValue;
            }

            var left = length - Stopwatch.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The time that is left as .NET's waits take it: milliseconds rounded up, -1 for never.</summary>
    public int LeftMilliseconds => timeout is null ? -1 : (int)Math.Min(Math.Ceiling(Left.TotalMilliseconds), int.MaxValue);

    /// <summary>Whether it has passed.</summary>
    public bool IsOver => Left == TimeSpan.Zero;
}
