using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcConcurrency.Scripts;

/// <summary>A line of the runner's result file; tests/runner/Report.ps1 says what is in it.</summary>
internal sealed record ScriptRecord(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("file")] string File,
    [property: JsonPropertyName("path")] IReadOnlyList<string>? Path,
    [property: JsonPropertyName("outcome")] string Outcome,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("location")] string? Location,
    [property: JsonPropertyName("seconds")] double Seconds)
{
    public string Name => string.Join(" > ", Path ?? []);
}

/// <summary>What became of one test, or of the file as a whole.</summary>
internal sealed record ScriptResult(string Name, string Outcome, string Message);

/// <summary>Turns an engine run into results, so that no way to end is taken for success.</summary>
internal static class ScriptResults
{
    /// <summary>The row that every file has besides its tests.</summary>
    public const string FileRow = "runs to its end and leaves nothing behind";

    // A line without its end was cut short with the engine.
    public static IReadOnlyList<ScriptRecord> Parse(EngineRun run) =>
        [.. run.Results.Split('\n')[..^1].Select(line => JsonSerializer.Deserialize<ScriptRecord>(line)!)];

    public static IReadOnlyList<ScriptResult> Of(EngineRun run)
    {
        var records = Parse(run);
        var file = records.SingleOrDefault(r => r.Kind == "file");
        var crash = file is not null ? null
            : run.ExitCode is null ? "The engine took too long and was ended."
            : $"The engine ended with exit code {run.ExitCode} before the file's end.";

        var results = records.Where(r => r.Kind == "test").Select(r => Result(r, crash, run)).ToList();
        results.Add(FileResult(file, crash, run, anyFailed: results.Any(r => r.Outcome == "failed")));
        return Distinct(results);
    }

    private static ScriptResult Result(ScriptRecord record, string? crash, EngineRun run) =>
        crash is null
            ? new(record.Name, record.Outcome, record.Outcome == "failed" ? $"{record.Location}: {record.Message}" : record.Message)
            : new(record.Name, "failed", $"{crash} This test had {record.Outcome}. {record.Message}\n{run.Tail}");

    private static ScriptResult FileResult(ScriptRecord? file, string? crash, EngineRun run, bool anyFailed)
    {
        var problems = new List<string>();
        if (crash is not null)
        {
            problems.Add($"{crash}\n{run.Tail}");
        }
        else if (file!.Message.Length > 0)
        {
            problems.Add(file.Message);
        }
        else if (run.ExitCode is null)
        {
            problems.Add($"All tests ended, the engine did not.\n{run.Tail}");
        }
        else if ((run.ExitCode != 0) != anyFailed)
        {
            problems.Add($"Exit code {run.ExitCode} doesn't fit the results.\n{run.Tail}");
        }

        problems.AddRange(run.Leftovers.Select(left => $"Left behind: {left}"));
        return new(FileRow, problems.Count == 0 ? "passed" : "failed", string.Join('\n', problems));
    }

    // Rows are found again by name.
    private static List<ScriptResult> Distinct(IEnumerable<ScriptResult> results)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. results.Select(r =>
        {
            var count = seen[r.Name] = seen.GetValueOrDefault(r.Name) + 1;
            return count == 1 ? r : r with { Name = $"{r.Name} #{count}" };
        })];
    }
}
