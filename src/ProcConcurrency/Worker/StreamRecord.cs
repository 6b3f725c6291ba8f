namespace ProcConcurrency.Worker;

/// <summary>A record of one of PowerShell's streams.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Record">The record.</param>
internal sealed record StreamRecord(RecordStream Stream, object? Record);
