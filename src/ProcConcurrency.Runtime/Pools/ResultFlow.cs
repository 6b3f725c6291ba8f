using System.Diagnostics;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// How fast a worker's tasks end. Where many more are to come, each in microseconds, a wake-up for each result costs the session more
/// than the task costs the worker: then results may gather for a moment. A worker that has little left to do, or is at something
/// longer, is listened to at once.
/// </summary>
/// <remarks>Whoever sends tasks expects; all else is the reading thread's.</remarks>
internal sealed class ResultFlow
{
    private const int Many = 16;
    private static readonly TimeSpan s_short = TimeSpan.FromMicroseconds(100);

    private int _left;
    private int _ended;
    private long _since;

    /// <summary>So many more results are to come, or fewer.</summary>
    internal void Expect(int count) => Interlocked.Add(ref _left, count);

    /// <summary>None is to come any more.</summary>
    internal void Clear() => Volatile.Write(ref _left, 0);

    /// <summary>A task has ended.</summary>
    internal void Count()
    {
        Interlocked.Decrement(ref _left);
        _ended++;
    }

    /// <summary>Whether what comes next may gather, by what came since this was last asked.</summary>
    internal bool MayGather()
    {
        if (Volatile.Read(ref _left) < Many)
        {
            return false;
        }

        var now = Stopwatch.GetTimestamp();
        var isFast = _ended > 0 && Stopwatch.GetElapsedTime(_since, now) < _ended * s_short;
        _ended = 0;
        _since = now;
        return isFast;
    }
}
