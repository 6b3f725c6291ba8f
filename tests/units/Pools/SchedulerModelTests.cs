using System.Globalization;
using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>
/// Random lives of a scheduler, against what must hold whatever happens. A life that fails names its seed: with that in
/// PROCCONCURRENCY_SEED, it alone is run again.
/// </summary>
public sealed class SchedulerModelTests
{
    private const int Steps = 2000;
    private static readonly int s_lives = 1000 * int.Parse(Environment.GetEnvironmentVariable("PROCCONCURRENCY_STRESS") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public void WhateverHappensEveryTaskEndsOnceAndNothingIsForgotten()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("PROCCONCURRENCY_SEED"), CultureInfo.InvariantCulture, out var only))
        {
            Live(only);
            return;
        }

        var first = Random.Shared.Next(1_000_000_000);
        Parallel.For(0, s_lives, i =>
        {
            var seed = first + i;
            try
            {
                Live(seed);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"With PROCCONCURRENCY_SEED={seed}: {error.Message}", error);
            }
        });
    }

    private static void Live(int seed)
    {
        Assert.True(SchedulerStep.ChecksInvariants, "the scheduler checks its own state at each step");
        using var model = new SchedulerModel(seed);
        model.Run(Steps);
    }
}
