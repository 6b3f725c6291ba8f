using System.Collections.Concurrent;
using Xunit;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Every test of every tests/*.Tests.ps1 is a row here. A file runs once, in an engine process of its own, when the rows
/// are asked for: at run time, not when tests are merely listed, because only a run knows the names.
/// </summary>
public sealed class ScriptTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly ConcurrentDictionary<string, IReadOnlyList<ScriptResult>> Results = new();

    public static async Task<IEnumerable<TheoryDataRow<string, string>>> Rows()
    {
        var rows = new List<TheoryDataRow<string, string>>();
        foreach (var path in Layout.ScriptFiles)
        {
            var file = Path.GetFileName(path);
            if (!Results.TryGetValue(file, out var results))
            {
                results = Results[file] = ScriptResults.Of(await EngineRun.RunAsync(Engine.Current, [path], Limit).ConfigureAwait(false));
            }

            rows.AddRange(results.Select(r =>
                new TheoryDataRow<string, string>(file, r.Name) { TestDisplayName = $"{file}: {r.Name}", Label = "" }));
        }

        return rows;
    }

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Rows))]
    public void Script(string file, string test)
    {
        var result = Results[file].Single(r => r.Name == test);
        switch (result.Outcome)
        {
            case "passed":
                break;
            case "skipped":
                Assert.Skip(result.Message.Length > 0 ? result.Message : "marked -Skip");
                break;
            default:
                Assert.Fail(result.Message);
                break;
        }
    }
}
