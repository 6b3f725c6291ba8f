using System.Globalization;
using System.Management.Automation;
using System.Text.Encodings.Web;
using System.Text.Json;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>One attempt at an item, as a call's log has it: a line of JSON.</summary>
/// <param name="Item">The item.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Attempt">1 for the first; 0 where it could not be sent.</param>
/// <param name="ProcessId">The worker; 0 where there was none.</param>
/// <param name="StartedUtc">When it began; null where it did not.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="ExitCode">As <see cref="ProcPoolResult.ExitCode"/>.</param>
/// <param name="Error">What went wrong, where that is known; else null.</param>
/// <param name="Records">Where the error stands, where nobody has taken it.</param>
internal sealed record LogLine(
    PoolItem Item, ProcPoolStatus Status, int Attempt, int ProcessId, DateTime? StartedUtc, TimeSpan Duration, int? ExitCode, string? Error,
    IReadOnlyList<byte[]> Records)
{
    private const int LongestText = 1000;

    /// <summary>The host that it ran on, as it was named; null for this machine, and where it was never begun.</summary>
    internal string? HostName { get; init; }

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a worker wrote the error, so that its text has to be looked for.</summary>
    internal bool WantsError => Status == ProcPoolStatus.Failed && Error is null;

    /// <summary>An input as text, of bounded length: the same in every culture.</summary>
    internal static string TextOf(object? value) => ValueText.Cut(ValueText.Of(value), LongestText);

    internal static LogLine Of(TaskAttempt attempt, TimeSpan? limit)
    {
        var status = ItemEnd.StatusOf(attempt.State, attempt.Cause);
        var error = status switch
        {
            ProcPoolStatus.TimedOut => $"The item still ran after {Errors.Seconds(limit!.Value)}, its -TaskTimeout.",
            ProcPoolStatus.Lost => attempt.Crash!.HostLoss ?? $"The worker died with {attempt.Crash.Status}.",
            ProcPoolStatus.Canceled => "The item was ended with its call.",
            _ => null,
        };
        return new LogLine(
            (PoolItem)attempt.Task.Tag!, status, attempt.Attempt, attempt.ProcessId, DateTime.UtcNow - attempt.Duration, attempt.Duration,
            ItemEnd.ExitCodeOf(status, attempt.Crash), error, attempt.Records)
        {
            HostName = attempt.Task.HostName,
        };
    }

    /// <summary>The text of the first error among records that nobody has decoded; null where there is none.</summary>
    internal string? FindError()
    {
        foreach (var records in Records)
        {
            var reader = new ValueReader(records, SessionValues.Context);
            var isOver = false;
            while (RecordCodec.TryRead(ref reader, null, ref isOver, out var read))
            {
                if (read is (RecordStream.Error, ErrorRecord error) && !NativeOutput.IsLine(error))
                {
                    return error.ToString();
                }
            }
        }

        return null;
    }

    /// <summary>Writes the line, with its end.</summary>
    internal void Write(MemoryStream lines)
    {
        using (var json = new Utf8JsonWriter(lines, s_options))
        {
            json.WriteStartObject();
            json.WriteNumber("index", Item.Index);
            json.WriteString("key", Item.Key);
            json.WriteString("input", Item.Text);
            json.WriteString("status", Status.ToString());
            json.WriteNumber("attempt", Attempt);
            Write(json, "processId", ProcessId == 0 ? null : ProcessId);
            json.WriteString("computerName", Attempt == 0 ? null : HostName ?? Environment.MachineName);
            json.WriteString("started", StartedUtc?.ToString("O", CultureInfo.InvariantCulture));
            json.WriteNumber("duration", Math.Round(Duration.TotalSeconds, 6));
            Write(json, "exitCode", ExitCode);
            json.WriteString("error", Error);
            json.WriteEndObject();
        }

        lines.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
