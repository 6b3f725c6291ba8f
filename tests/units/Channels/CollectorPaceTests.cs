using System.Runtime.CompilerServices;
using ProcConcurrency.Runtime.Channels;
using Xunit;

namespace ProcConcurrency.Units.Channels;

/// <summary>Large values that came and were dropped don't pile up, whatever generation they are in.</summary>
public sealed class CollectorPaceTests
{
    [Theory]
    [InlineData(70_000)]
    [InlineData(1 << 20)]
    public void Dropped_values_are_collected_while_others_come(int size)
    {
        // One may have been in use while something else made the collector run, and is older now.
        var dropped = Drop(size, 10);
        for (var passed = 0L; passed < 8L << 30 && dropped.Count(static value => value.IsAlive) > 1; passed += size)
        {
            CollectorPace.Passed(size);
        }

        Assert.InRange(dropped.Count(static value => value.IsAlive), 0, 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Drop(int size, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new WeakReference(new byte[size]))];
}
