using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Native;

public sealed class EndpointTests
{
    private static readonly Dictionary<string, string?> s_noChanges = [];

    [Fact]
    public void TheTokenIsReplacedWhereverItStands()
    {
        string[] arguments = ["a", LaunchSettings.EndpointToken, $"Run('{LaunchSettings.EndpointToken}')"];
        var settings = new LaunchSettings("p", arguments, "/", s_noChanges);
        Assert.Equal(["a", "handles:12,16", "Run('handles:12,16')"], settings.At("handles:12,16").Arguments);
    }

    [Fact]
    public async Task AChildIsToldItsEndpoint()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It runs /bin/sh.");
        var process = ProcessPlatform.Current.Spawn(
            new LaunchSettings("/bin/sh", ["-c", $"echo '{LaunchSettings.EndpointToken}'"], "/", s_noChanges));
        var line = new TaskCompletionSource<string>();
        _ = new OutputCapture(process.Output, text => line.TrySetResult(text));
        Assert.Equal("fd:3", await line.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        await process.Exited.WaitAsync(TimeSpan.FromSeconds(60));
        await process.Channel.DisposeAsync();
    }

    [Fact]
    public void HandlesAreReadBack() => Assert.Equal((12, 1600), WindowsEndpoint.Parse(WindowsEndpoint.Of(12, 1600)));

    [Theory]
    [InlineData("fd:3")]
    [InlineData("handles:")]
    [InlineData("handles:1")]
    [InlineData("handles:1,2,3")]
    [InlineData("handles:-1,2")]
    [InlineData("handles:1, 2")]
    public void WhatNamesNoTwoHandlesIsRefused(string endpoint)
    {
        var error = Assert.Throws<ArgumentException>(() => WindowsEndpoint.Parse(endpoint));
        Assert.Contains($"'{endpoint}'", error.Message, StringComparison.Ordinal);
    }
}
