using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace ProcConcurrency.Commands;

/// <summary>
/// What a page shows, as JSON: columns instead of a record each, so that 100,000 tasks are a few megabytes; times in milliseconds from
/// the first start. page/data.js reads it.
/// </summary>
internal static class TimelineData
{
    private const int LongestInput = 300;
    private const int LongestError = 2000;

    // Beyond what JSON wants it escapes <, > and &, so that no text can end the script element that the data stands in.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Writes the data of a page.</summary>
    /// <param name="output">Where to; UTF-8.</param>
    /// <param name="entries">The attempts, in any order.</param>
    /// <param name="canceled">Ends it early.</param>
    internal static void Write(Stream output, IReadOnlyList<TimelineEntry> entries, CancellationToken canceled)
    {
        var first = entries.Where(static entry => entry.Ran).Select(static entry => entry.StartedUtc).DefaultIfEmpty(DateTime.UnixEpoch).Min();
        var workers = new Numbered<(string Computer, int ProcessId)>();
        var errors = new Numbered<string>();
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        json.WriteNumber("first", Math.Round((first - DateTime.UnixEpoch).TotalMilliseconds, 3));
        Strings(json, "statuses", TimelineEntry.Statuses);
        json.WriteStartObject("tasks");
        Column("index", static (json, entry) => json.WriteNumberValue(entry.Index));
        Column("input", static (json, entry) => json.WriteStringValue(ValueText.Cut(entry.Input, LongestInput)));
        Column("worker", (json, entry) => json.WriteNumberValue(entry.Ran ? workers.NumberOf((entry.ComputerName, entry.ProcessId)) : -1));
        Column("start", (json, entry) => json.WriteNumberValue(entry.Ran ? Math.Round((entry.StartedUtc - first).TotalMilliseconds, 3) : 0));
        Column("duration", static (json, entry) => json.WriteNumberValue(Math.Round(Math.Max(0, entry.Duration.TotalMilliseconds), 3)));
        Column("status", static (json, entry) => json.WriteNumberValue(Array.IndexOf(TimelineEntry.Statuses, entry.Status)));
        Column("attempt", static (json, entry) => json.WriteNumberValue(entry.Attempt));
        Column("error", (json, entry) => json.WriteNumberValue(entry.Error is { } error ? errors.NumberOf(ValueText.Cut(error, LongestError)) : -1));
        json.WriteEndObject();
        Strings(json, "errors", errors.Values);
        Strings(json, "computers", workers.Values.Select(static worker => worker.Computer));
        json.WriteStartArray("processIds");
        foreach (var worker in workers.Values)
        {
            json.WriteNumberValue(worker.ProcessId);
        }

        json.WriteEndArray();
        json.WriteEndObject();

        void Column(string name, Action<Utf8JsonWriter, TimelineEntry> write)
        {
            json.WriteStartArray(name);
            foreach (var entry in entries)
            {
                canceled.ThrowIfCancellationRequested();
                write(json, entry);
            }

            json.WriteEndArray();
        }
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Values that occur often, and are written once.</summary>
    private sealed class Numbered<T>
        where T : notnull
    {
        private readonly Dictionary<T, int> _numbers = [];

        internal List<T> Values { get; } = [];

        internal int NumberOf(T value)
        {
            if (!_numbers.TryGetValue(value, out var number))
            {
                number = Values.Count;
                _numbers.Add(value, number);
                Values.Add(value);
            }

            return number;
        }
    }
}
