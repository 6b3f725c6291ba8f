using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Native;

public sealed class IdleTimeTests
{
    [Theory]
    [InlineData("cpu  124019 1982 45069 99942 764 0 100 164 0 0", 1007.06)]
    [InlineData("cpu 1 0 1 100 0", 1.0)]
    public void WhatIsIdleAndWhatWaitsForADiskCount(string line, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), IdleTime.Parse(line));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cpu  0 0 0 0 0 0 0 0 0 0")]
    [InlineData("cpu  1 2 3")]
    [InlineData("cpu  1 2 3 many 5 6")]
    [InlineData("intr 1 2 3 4 5 6")]
    public void WhatCountsNothingTellsNothing(string? line) => Assert.Null(IdleTime.Parse(line));

    [Fact]
    public void TheSystemCountsIt()
    {
        var idle = IdleTime.Read();
        Assert.SkipWhen(idle is null, "It has no such count.");
        Assert.True(idle > TimeSpan.Zero);
    }
}
