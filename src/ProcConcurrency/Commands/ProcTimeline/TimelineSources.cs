using System.Management.Automation;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Commands;

/// <summary>What a timeline can be made of.</summary>
internal static class TimelineSources
{
    /// <summary>
    /// The entry of a record as <c>Invoke-ProcPool -Detailed</c> writes it, of a task that is over, and of a row that either came back
    /// as from a file; null where it is none.
    /// </summary>
    /// <param name="record">The task, or an object with the properties of such a record.</param>
    /// <param name="fault">Says what is wrong; empty where nothing is.</param>
    internal static TimelineEntry? FromRecord(PSObject record, out string fault)
    {
        fault = string.Empty;
        try
        {
            return record.BaseObject is ProcTask task ? FromTask(task) : FromRow(record);
        }
        catch (FormatException error)
        {
            fault = error.Message;
            return null;
        }
    }

    private static TimelineEntry FromTask(ProcTask task) => new(
        task.Id, task.Label, task.ProcessId ?? 0, task.ComputerName ?? (task.ProcessId is null ? string.Empty : Environment.MachineName), task.Started?.ToUniversalTime() ?? DateTime.MinValue,
        task.Duration, Status(task.Status), Math.Max(1, task.Attempts), task.LastError?.ToString());

    // A task's row has an Id and a Name for a record's Index and InputObject.
    private static TimelineEntry FromRow(PSObject row)
    {
        var isTask = Value(row, "Index") is null && Value(row, "Id") is not null;
        return new TimelineEntry(
            Needed<long>(row, isTask ? "Id" : "Index"), ValueText.Of(Value(row, isTask ? "Name" : "InputObject")),
            As<int>(row, "ProcessId"), As<string>(row, "ComputerName") ?? string.Empty, Started(row), Duration(row),
            isTask ? Status(Needed<PoolTaskState>(row, "Status")) : Status(Needed<ProcPoolStatus>(row, "Status")),
            Math.Max(1, As<int>(row, "Attempts")), Error(row));
    }

    private static string Status(Enum status) =>
        TimelineEntry.StatusNamed(status.ToString()) ?? throw new FormatException($"its Status is '{status}', so it is not over");

    // What an empty field of a CSV file has is nothing.
    private static object? Value(PSObject record, string name) => record.Properties[name]?.Value is { } value && value is not "" ? value : null;

    private static T? As<T>(PSObject record, string name) => Value(record, name) is { } value ? Convert<T>(name, value) : default;

    private static T Needed<T>(PSObject record, string name) =>
        Value(record, name) is { } value ? Convert<T>(name, value) : throw new FormatException($"it has no {name}");

    private static T Convert<T>(string name, object value)
    {
        try
        {
            return LanguagePrimitives.ConvertTo<T>(value);
        }
        catch (PSInvalidCastException)
        {
            throw new FormatException($"its {name} is '{ValueText.Of(value)}'");
        }
    }

    // JSON has a time span as an object with its properties.
    private static TimeSpan Duration(PSObject record) =>
        Value(record, "Duration") is { } value && PSObject.AsPSObject(value).Properties["Ticks"] is { Value: { } ticks }
            ? TimeSpan.FromTicks(Convert<long>("Duration", ticks))
            : As<TimeSpan>(record, "Duration");

    private static DateTime Started(PSObject record) => Value(record, "Started") switch
    {
        null => DateTime.MinValue,
        DateTimeOffset moment => moment.UtcDateTime,
        var value => Convert<DateTime>("Started", value) is var moment && moment == DateTime.MinValue ? moment : moment.ToUniversalTime(),
    };

    private static string? Error(PSObject record) => ValueText.Of(Value(record, "Error")) is { Length: > 0 } text ? text : null;
}
