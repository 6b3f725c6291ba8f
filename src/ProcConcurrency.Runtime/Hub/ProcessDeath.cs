using System.Globalization;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>A process, or a task of one, that is gone, as those hear of it who waited for something it held.</summary>
/// <param name="ProcessId">Its process id.</param>
/// <param name="Name">Its name.</param>
/// <param name="ExitCode">Its exit code, -N where signal N ended it; null where nobody knows.</param>
public sealed record ProcessDeath(int ProcessId, string Name, int? ExitCode)
{
    /// <summary>Whether not the process is gone, but one of its tasks, which left something held.</summary>
    public bool IsTask { get; init; }

    /// <summary>Whether it did not end of its own choice and well.</summary>
    internal bool IsAbnormal => ExitCode != 0;

    /// <inheritdoc/>
    public override string ToString() => IsTask ? $"a task of the process '{Name}' ({ProcessId}), which ended and still held it" : string.Create(
        CultureInfo.InvariantCulture, $"the process '{Name}' ({ProcessId}), which ended with {(ExitCode is { } code ? $"exit code {code}" : "an unknown exit code")}");

    internal void Write(PayloadWriter writer) =>
        writer.Int32(ProcessId).Text(Name).Flag(ExitCode is not null).Int32(ExitCode ?? 0).Flag(IsTask);

    internal static ProcessDeath Read(ref PayloadReader reader)
    {
        var processId = reader.Int32();
        var name = reader.Text() ?? string.Empty;
        var isKnown = reader.Flag();
        var code = reader.Int32();
        return new ProcessDeath(processId, name, isKnown ? code : null) { IsTask = reader.Flag() };
    }
}
