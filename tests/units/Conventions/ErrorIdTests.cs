using System.Text.RegularExpressions;
using Xunit;

namespace ProcConcurrency.Units.Conventions;

/// <summary>Every error has an id that a test asserts and a page explains.</summary>
public sealed partial class ErrorIdTests
{
    private const string Factory = "src/ProcConcurrency/Errors.cs";

    /// <summary>Ids that no test asserts yet. One that gets its test goes from here.</summary>
    private static readonly string[] s_pending = [];

    [Fact]
    public void Every_id_is_asserted_by_a_test()
    {
        var tests = Repository.Files(".Tests.ps1", "tests").Concat(Repository.Files(".cs", "tests"))
            .Where(static file => !file.Contains("/Conventions/", StringComparison.Ordinal)).Select(Repository.Read).ToList();

        // As an id: with the cmdlet's name or a wildcard after it, or in a table of cases. A state or a word may be called the same.
        var untested = Ids().Where(id => !tests.Exists(text => Regex.IsMatch(text, $@"['""]{id}[,*]|\bId = '{id}'|-ErrorId '{id}'")));
        Assert.Equal(s_pending.Order(StringComparer.Ordinal), untested.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_id_is_explained_by_a_page()
    {
        var pages = Repository.Files(".md", "docs/en-US").Select(Repository.Read).ToList();
        Assert.All(Ids(), id => Assert.Contains(pages, text => text.Contains($"`{id}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Records_are_made_in_one_file_and_have_a_category()
    {
        foreach (var file in Repository.Files(".cs", "src/ProcConcurrency").Where(static file => file != Factory))
        {
            var text = Repository.Read(file);

            // The codec makes records too: those that came from another process, as they were.
            Assert.True(file.Contains("/Values/", StringComparison.Ordinal) || !text.Contains("new ErrorRecord(", StringComparison.Ordinal), file);
        }

        Assert.DoesNotContain("NotSpecified", Factories(), StringComparison.Ordinal);
    }

    /// <summary>The class is parted over several files.</summary>
    private static string Factories() => string.Join(
        '\n',
        Repository.Files(".cs", "src/ProcConcurrency").Where(static file => Path.GetFileName(file).StartsWith("Errors.", StringComparison.Ordinal)).Select(Repository.Read));

    private static IEnumerable<string> Ids() =>
        Id().Matches(Factories()).Select(static match => match.Groups[1].Value).Distinct();

    [GeneratedRegex(@"""([A-Z]\w+)"",\s*ErrorCategory\.")]
    private static partial Regex Id();
}
