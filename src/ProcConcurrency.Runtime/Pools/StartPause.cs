namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// A pause in a pool's starts, where the system has refused one for something that may pass: it had no descriptor, process or memory to
/// spare. A worker that is there goes on meanwhile. Without any, three refusals in a row are enough to give up.
/// </summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class StartPause(SchedulerClock clock)
{
    private const int MaxRefusals = 3;
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_later = TimeSpan.FromSeconds(1);

    private int _refusals;
    private long? _until;

    /// <summary>Whether nothing is to be started now.</summary>
    internal bool IsOn => _until is not null;

    /// <summary>A start was refused. True where it makes no sense to try another.</summary>
    /// <param name="hasWorkers">Whether the pool has others, which can do what waits.</param>
    internal bool Begin(bool hasWorkers)
    {
        if (IsOn)
        {
            // It was under way when the pause began, and says nothing new.
            return false;
        }

        if (++_refusals >= MaxRefusals && !hasWorkers)
        {
            return true;
        }

        _until = clock.After(_refusals == 1 ? s_first : s_later);
        clock.Require(_until.Value);
        return false;
    }

    /// <summary>A worker has come up: the shortage is over.</summary>
    internal void Forget() => _refusals = 0;

    /// <summary>Looks after what time brings.</summary>
    internal void Look(long now)
    {
        if (_until is not { } until)
        {
            return;
        }

        if (until <= now)
        {
            _until = null;
        }
        else
        {
            clock.Require(until);
        }
    }
}
