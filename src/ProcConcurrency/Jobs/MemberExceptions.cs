using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>
/// A property of a child process can't be set now. PowerShell wraps what a setter throws into an error of its own, with an id
/// that says nothing, but lets exceptions of this family through: so a script sees the id.
/// </summary>
public sealed class ChildProcessSettingException : SetValueException
{
    internal ChildProcessSettingException(ErrorRecord record)
        : base(record.Exception.Message, record.Exception)
    {
        ErrorRecord = record;
    }

    /// <inheritdoc/>
    public override ErrorRecord ErrorRecord { get; }
}

/// <summary>A method of a child process can't be called now; for methods what <see cref="ChildProcessSettingException"/> is for properties.</summary>
public sealed class ChildProcessCallException : MethodException
{
    internal ChildProcessCallException(ErrorRecord record)
        : base(record.Exception.Message, record.Exception)
    {
        ErrorRecord = record;
    }

    /// <inheritdoc/>
    public override ErrorRecord ErrorRecord { get; }
}
