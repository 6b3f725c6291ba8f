using System.Management.Automation;

namespace ProcConcurrency.Commands;

/// <summary>What a timeline can be made of.</summary>
internal static class TimelineSources
{
    /// <summary>
    /// The entry of a record as <c>Invoke-ProcPool -Detailed</c> writes it, also of one that came back from a file; null where it lacks
    /// what an entry needs.
    /// </summary>
    /// <param name="record">An object with the properties of such a record.</param>
    internal static TimelineEntry? FromRecord(PSObject record)
    {
        try
        {
            var status = TimelineEntry.StatusNamed(As<string>(record, "Status"));
            return status is null || record.Properties["Index"] is null ? null : new TimelineEntry(
                As<long>(record, "Index"), ValueText.Of(Value(record, "InputObject")),
                As<int>(record, "ProcessId"), As<string>(record, "ComputerName") ?? string.Empty,
                Started(record), As<TimeSpan>(record, "Duration"), status, Math.Max(1, As<int>(record, "Attempts")), Error(record));
        }
        catch (PSInvalidCastException)
        {
            return null;
        }
    }

    private static object? Value(PSObject record, string name) => record.Properties[name]?.Value;

    private static T? As<T>(PSObject record, string name) =>
        Value(record, name) is { } value ? LanguagePrimitives.ConvertTo<T>(value) : default;

    private static DateTime Started(PSObject record) => Value(record, "Started") switch
    {
        null => DateTime.MinValue,
        DateTimeOffset moment => moment.UtcDateTime,
        var value => LanguagePrimitives.ConvertTo<DateTime>(value) is var moment && moment == DateTime.MinValue ? moment : moment.ToUniversalTime(),
    };

    private static string? Error(PSObject record) => ValueText.Of(Value(record, "Error")) is { Length: > 0 } text ? text : null;
}
