using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>
/// The error that ends a block, as its caller is to see it. The engine's record of an exception may have a stand-in in its place
/// (<see cref="ParentContainsErrorRecordException"/>), for whoever has the record there has the exception around it.
/// </summary>
internal static class ThrownError
{
    /// <param name="error">What was thrown.</param>
    internal static ErrorRecord RecordOf(Exception error)
    {
        if (error is not IContainsErrorRecord { ErrorRecord: var record })
        {
            // As the engine does it.
            return new ErrorRecord(error, error.GetType().FullName, ErrorCategory.NotSpecified, null);
        }

        return record.Exception is ParentContainsErrorRecordException ? new ErrorRecord(record, error) : record;
    }
}
