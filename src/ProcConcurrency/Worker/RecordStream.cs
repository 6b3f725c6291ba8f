namespace ProcConcurrency.Worker;

/// <summary>Which of PowerShell's streams a record belongs to. The number goes before each record on the wire.</summary>
internal enum RecordStream : byte
{
    Output,
    Error,
    Warning,
    Verbose,
    Debug,
    Information,
    Progress,
}
