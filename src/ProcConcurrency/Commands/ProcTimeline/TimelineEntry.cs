namespace ProcConcurrency.Commands;

/// <summary>One attempt at a task, as the timeline shows it.</summary>
/// <param name="Index">The place of its input among the inputs, from 0.</param>
/// <param name="Input">The input as text.</param>
/// <param name="ProcessId">The worker that ran it; 0 where none did.</param>
/// <param name="ComputerName">Where the worker ran; empty where none did, or nobody knows.</param>
/// <param name="StartedUtc">When it started; <see cref="DateTime.MinValue"/> where it never did.</param>
/// <param name="Duration">How long it ran.</param>
/// <param name="Status">Done, Failed, Canceled or Lost.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Error">What went wrong, if something did.</param>
internal sealed record TimelineEntry(
    long Index, string Input, int ProcessId, string ComputerName, DateTime StartedUtc, TimeSpan Duration, string Status, int Attempt, string? Error)
{
    /// <summary>Every status that an entry can have, the harmless first: the page numbers them so.</summary>
    internal static readonly string[] Statuses = ["Done", "Canceled", "Lost", "Failed"];

    /// <summary>Whether a worker ran it, so that it has a place in a lane.</summary>
    internal bool Ran => ProcessId != 0 && StartedUtc != DateTime.MinValue;

    /// <summary>A status as the page knows it, or null where it is none. A task that ran out of time has failed, and its error says why.</summary>
    internal static string? StatusNamed(string? name) => "TimedOut".Equals(name, StringComparison.OrdinalIgnoreCase)
        ? "Failed"
        : Array.Find(Statuses, status => status.Equals(name, StringComparison.OrdinalIgnoreCase));
}
