using System.Diagnostics;

namespace ProcConcurrency.Units.Pools;

/// <summary>Time that stands until a test lets it pass.</summary>
internal sealed class ModelTime : TimeProvider
{
    internal long Now { get; set; } = 1_000_000;

    public override long TimestampFrequency => Stopwatch.Frequency;

    public override long GetTimestamp() => Now;
}
