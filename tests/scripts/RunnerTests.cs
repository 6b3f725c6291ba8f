using System.IO.Enumeration;
using Xunit;

namespace ProcConcurrency.Scripts;

/// <summary>Holds our runner to Pester 5's meaning. All sample files of tests/runner/selftest run in one engine process.</summary>
public sealed class RunnerTests(RunnerTests.Samples samples) : IClassFixture<RunnerTests.Samples>
{
    public sealed class Samples : IAsyncLifetime
    {
        private ILookup<string, ScriptRecord> _records = null!;

        internal EngineRun Run { get; private set; } = null!;

        internal IReadOnlyList<ScriptRecord> TestsOf(string file) => [.. _records[file].Where(r => r.Kind == "test")];

        internal ScriptRecord File(string file) => _records[file].Single(r => r.Kind == "file");

        public async ValueTask InitializeAsync()
        {
            var files = Directory.GetFiles(SelfTest, "*.ps1").Concat(Directory.GetFiles(Path.Combine(SelfTest, "refused"), "*.ps1"));
            Run = await EngineRun.RunAsync(Engine.Current.WithOwnRunner(), files.Order(StringComparer.Ordinal), TimeSpan.FromMinutes(2));
            _records = ScriptResults.Parse(Run).ToLookup(r => Path.GetFileName(r.File));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    internal static string SelfTest { get; } = Path.Combine(Layout.Runner, "selftest");

    [Theory]
    [InlineData("scopes.ps1", 32)]
    [InlineData("testdrive.ps1", 7)]
    [InlineData("should-holds.ps1", 44)]
    public void Passes(string file, int count)
    {
        var tests = samples.TestsOf(file).Where(t => t.Outcome != "skipped").ToList();
        Assert.All(tests, t => Assert.True(t.Outcome == "passed", $"{t.Name}: {t.Message}"));
        Assert.Equal(count, tests.Count);
        Assert.Equal("passed", samples.File(file).Outcome);
    }

    [Fact]
    public void Fails_every_test_that_fails_in_any_way()
    {
        var tests = samples.TestsOf("failures.ps1");
        Assert.All(tests, t =>
            Assert.Equal((t.Path![^1].StartsWith("PASSES", StringComparison.Ordinal) ? "passed" : "failed", t.Name), (t.Outcome, t.Name)));
        Assert.Equal((18, 6), (tests.Count(t => t.Outcome == "failed"), tests.Count(t => t.Outcome == "passed")));
        Assert.Equal("failed", samples.File("failures.ps1").Outcome);
    }

    [Fact]
    public void Names_the_line_that_failed()
    {
        var path = Path.Combine(SelfTest, "failures.ps1");
        var line = Array.FindIndex(File.ReadAllLines(path), text => text.EndsWith("# fails here", StringComparison.Ordinal)) + 1;
        Assert.Equal($"{path}:{line}", samples.TestsOf("failures.ps1").Single(t => t.Path![^1] == "a failed Should").Location);
    }

    [Fact]
    public void Fails_all_tests_below_a_failed_BeforeAll_and_says_why()
    {
        var tests = samples.TestsOf("failures.ps1").Where(t => t.Path![0] == "a failing BeforeAll").ToList();
        Assert.Equal(["fails its tests", "fails nested tests"], tests.Select(t => t.Path![^1]));
        Assert.All(tests, t =>
            Assert.StartsWith("BeforeAll of 'a failing BeforeAll' failed: RuntimeException: setup", t.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Reports_a_failed_AfterAll() =>
        Assert.Contains(samples.TestsOf("failures.ps1"), t => t.Name == "a failing AfterAll > AfterAll" && t.Outcome == "failed");

    [Fact]
    public void Fails_every_Should_with_the_message_in_the_name_of_its_test()
    {
        var tests = samples.TestsOf("should-fails.ps1");
        Assert.Equal(55, tests.Count);
        Assert.All(tests, t =>
        {
            Assert.Equal("failed", t.Outcome);
            Assert.True(FileSystemName.MatchesSimpleExpression(t.Path![^1], t.Message, ignoreCase: false), $"{t.Path[^1]}\nwas\n{t.Message}");
        });
    }

    [Fact]
    public void Skips_and_says_why()
    {
        var tests = samples.TestsOf("skips.ps1");
        Assert.All(tests, t => Assert.Equal("skipped", t.Outcome));
        Assert.Equal(["", "", "is skipped, because there is no reason", "is inconclusive", "", ""], tests.Select(t => t.Message));
        Assert.Equal("passed", samples.File("skips.ps1").Outcome);
    }

    [Fact]
    public void Makes_names_from_data() =>
        Assert.Equal(
            [
                "cases > adds 1 to 2",
                "cases > adds 3 to 4",
                "cases > takes values: x",
                "cases > takes values: y",
                "cases > looks into egon and 7",
                "cases > passes to param: 5",
                "cases > keeps <a> and $dollar and \"quotes\" of 1",
                "block 1 > knows 1",
                "block 1 > inner n > knows both: n",
                "block 2 > knows 2",
                "block 2 > inner n > knows both: n",
                "from BeforeAll late > is in names: late",
            ],
            samples.TestsOf("cases.ps1").Select(t => t.Outcome == "passed" ? t.Name : t.Message));

    [Theory]
    [InlineData("parse-error.ps1", "Missing closing '}'")]
    [InlineData("no-tests.ps1", "has no tests")]
    [InlineData("no-cases.ps1", "has no tests")]
    [InlineData("discovery-throws.ps1", "body")]
    [InlineData("block-throws.ps1", "block body")]
    [InlineData("it-at-top.ps1", "must stand in a Describe or Context")]
    [InlineData("each-at-top.ps1", "BeforeEach must stand in a Describe or Context")]
    [InlineData("two-hooks.ps1", "a second BeforeAll")]
    [InlineData("unknown-keyword.ps1", "'NoSuchKeyword' is not recognized")]
    [InlineData("break.ps1", "A break or continue outside any loop")]
    [InlineData("brace-on-next-line.ps1", "It 'i' has no script block")]
    [InlineData("words.ps1", "line 3: Mock is not supported")]
    [InlineData("words.ps1", "line 4: InModuleScope is not supported")]
    [InlineData("words.ps1", "line 5: Should has no parameter -Invoke")]
    [InlineData("words.ps1", "line 6: Should has no parameter -BeEquivalentTo")]
    [InlineData("words.ps1", "line 7: Should needs one operator, such as -Be; it has 0")]
    [InlineData("words.ps1", "line 8: Should needs one operator, such as -Be; it has 2")]
    [InlineData("words.ps1", "line 9: Should -ErrorAction is not supported")]
    [InlineData("words.ps1", "line 11: It has no parameter -Focus")]
    public void Refuses_the_file(string file, string reason)
    {
        Assert.Empty(samples.TestsOf(file));
        Assert.Equal("failed", samples.File(file).Outcome);
        Assert.Contains(reason, samples.File(file).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exits_with_the_number_of_failures() => Assert.Equal(18 + 55 + 12, samples.Run.ExitCode);

    [Fact]
    public void Leaves_nothing_behind() => Assert.Empty(samples.Run.Leftovers);
}
