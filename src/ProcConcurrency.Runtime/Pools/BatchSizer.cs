namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// How many tasks travel together. Small ones share the cost of a message, long ones go alone: a batch aims at
/// <see cref="s_target"/>, so that a worker is never far from the next look at what is left.
/// </summary>
internal sealed class BatchSizer
{
    internal const int MaxItems = 2048;
    internal const int MaxBytes = 256 * 1024;
    internal static readonly TimeSpan s_target = TimeSpan.FromMilliseconds(25);

    // Weighs new batches against old ones; high, for what a task costs may change within one input.
    private const double Weight = 0.5;
    private double _secondsPerItem;

    /// <summary>The size that the tasks seen so far call for.</summary>
    internal int Size { get; private set; } = 1;

    /// <summary>Learns from a finished batch.</summary>
    internal void Learn(int items, TimeSpan duration)
    {
        var seconds = duration.TotalSeconds / items;
        _secondsPerItem = _secondsPerItem == 0 ? seconds : (Weight * seconds) + ((1 - Weight) * _secondsPerItem);

        // One step at most doubles it: the first tasks may not speak for the rest.
        Size = (int)Math.Clamp(s_target.TotalSeconds / Math.Max(_secondsPerItem, 1e-9), 1, Math.Min(Size * 2, MaxItems));
    }

    /// <summary>The next batch, given what waits: everybody gets a share, and the last shares are small so that all end together.</summary>
    internal int Next(int waiting, int workers, bool inputEnded)
    {
        var share = inputEnded ? waiting / (2 * workers) : waiting / workers;
        return Math.Clamp(share, 1, Size);
    }
}
