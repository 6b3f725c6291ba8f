using System.Management.Automation;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Pools;

/// <summary>A property of a pool can't be set to that; for pools what <see cref="ChildProcessSettingException"/> is for child processes.</summary>
public sealed class ProcPoolSettingException : SetValueException
{
    internal ProcPoolSettingException(ErrorRecord record)
        : base(record.Exception.Message, record.Exception)
    {
        ErrorRecord = record;
    }

    /// <inheritdoc/>
    public override ErrorRecord ErrorRecord { get; }
}
