namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// Keeps a process small while large messages pass through it. What they are encoded to, or decoded to for their receiver, is
/// mostly soon garbage; left alone, the collector lets some 30 MB of it pile up, and while it then collects in the background, as a
/// session's does, as much comes again. So after so many bytes it is called, and waited for.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal static class CollectorPace
{
    private const long Least = 24 << 20;

    // Values of this size are collected with the oldest generation: 85,000 bytes, unless the engine's settings say other.
    private static readonly long s_largeObject =
        GC.GetConfigurationVariables().TryGetValue("LOHThreshold", out var value) && value is long threshold ? threshold : 85_000;

    private static long s_passed;
    private static long s_most = Least;

    /// <summary>A message of so many bytes was sent or received. Small ones don't count.</summary>
    internal static void Passed(int length)
    {
        if (!SpareArrays.IsSpare(length) || Interlocked.Add(ref s_passed, length) < Volatile.Read(ref s_most))
        {
            return;
        }

        Volatile.Write(ref s_passed, 0);
        GC.Collect(length >= s_largeObject ? GC.MaxGeneration : 0, GCCollectionMode.Forced, blocking: true);

        // A collection takes the longer the more is alive, and has to be worth it.
        Volatile.Write(ref s_most, Math.Max(Least, GC.GetTotalMemory(forceFullCollection: false) / 4));
    }
}
