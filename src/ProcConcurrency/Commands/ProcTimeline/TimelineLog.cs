using System.Text;
using System.Text.Json;

namespace ProcConcurrency.Commands;

/// <summary>
/// Reads the log of a run: JSON Lines, a line for each attempt. A run that was killed may have left half a line at the end, and a
/// run that still goes on may be writing one; such lines are passed over, and reported once they have all been read.
/// </summary>
internal sealed class TimelineLog(string path)
{
    private readonly List<long> _broken = [];

    /// <summary>The warnings about what was passed over; complete when all entries have been read.</summary>
    internal IEnumerable<string> Warnings
    {
        get
        {
            if (_broken.Count > 0)
            {
                var lines = string.Join(", ", _broken.Take(5)) + (_broken.Count > 5 ? ", ..." : string.Empty);
                yield return $"{_broken.Count} line(s) of the log '{path}' are no records of attempts and were passed over: {lines}.";
            }

            if (IsCutShort)
            {
                yield return $"The last line of the log '{path}' is incomplete and was passed over: the run ended while it wrote it, or is writing it.";
            }
        }
    }

    private bool IsCutShort { get; set; }

    internal IEnumerable<TimelineEntry> Read()
    {
        // The run may be writing to it.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.UTF8);
        long number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (Parse(line) is { } entry)
            {
                yield return entry;
            }
            else if (!string.IsNullOrWhiteSpace(line))
            {
                _broken.Add(number);
            }
        }

        if (_broken.Count > 0 && _broken[^1] == number && !EndsWithNewLine(file))
        {
            _broken.RemoveAt(_broken.Count - 1);
            IsCutShort = true;
        }
    }

    private static bool EndsWithNewLine(FileStream file)
    {
        if (!file.CanSeek)
        {
            return false;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private static TimelineEntry? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var record = document.RootElement;
            var status = TimelineEntry.StatusNamed(Text(record, "status"));
            var started = Optional(record, "started")?.GetDateTimeOffset().UtcDateTime ?? DateTime.MinValue;
            return status is null ? null : new TimelineEntry(
                record.GetProperty("index").GetInt64(), Text(record, "input") ?? string.Empty,
                Optional(record, "processId")?.GetInt32() ?? 0, Text(record, "computerName") ?? string.Empty,
                started, TimeSpan.FromSeconds(Math.Max(0, Optional(record, "duration")?.GetDouble() ?? 0)),
                status, Optional(record, "attempt")?.GetInt32() ?? 1, Text(record, "error"));
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException
                                          or KeyNotFoundException or OverflowException or ArgumentException)
        {
            // No JSON, or none of ours: a member is missing, has another type, or a value that no record has.
            return null;
        }
    }

    private static JsonElement? Optional(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement record, string name) => Optional(record, name)?.GetString();
}
