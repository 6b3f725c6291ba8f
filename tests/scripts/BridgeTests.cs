using Xunit;

namespace ProcConcurrency.Scripts;

/// <summary>Holds the bridge to its word that no way for an engine to end looks like success.</summary>
public sealed class BridgeTests
{
    [Theory]
    [InlineData("exit.ps1")]
    [InlineData("exit-keyword.ps1")]
    public async Task Fails_all_rows_of_a_file_that_ends_its_engine(string file)
    {
        var results = ScriptResults.Of(await RunAsync(file, TimeSpan.FromMinutes(1)));
        Assert.Equal(["d > is over", ScriptResults.FileRow], results.Select(r => r.Name));
        Assert.All(results, r => Assert.StartsWith(
            "failed The engine ended with exit code 0 before the file's end.", $"{r.Outcome} {r.Message}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ends_a_file_that_hangs()
    {
        var result = Assert.Single(ScriptResults.Of(await RunAsync("hangs.ps1", TimeSpan.FromSeconds(3))));
        Assert.StartsWith("failed The engine took too long and was ended.", $"{result.Outcome} {result.Message}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_ends_what_is_left_behind()
    {
        var results = ScriptResults.Of(await RunAsync("leaves.ps1", TimeSpan.FromMinutes(1)));
        Assert.Equal(["passed", "failed"], results.Select(r => r.Outcome));
        Assert.Matches("Left behind: process [0-9]+: sleep 120\nLeft behind: temporary file proc-concurrency-left", results[1].Message);
    }

    private static Task<EngineRun> RunAsync(string file, TimeSpan limit) =>
        EngineRun.RunAsync(
            Engine.Current.WithOwnRunner(), [Path.Combine(RunnerTests.SelfTest, "ends", file)], limit, TimeSpan.FromSeconds(1));
}
