using System.Management.Automation;

namespace ProcConcurrency;

/// <summary>
/// A property can't be set to that, or not now. PowerShell wraps what a setter throws into an error of its own, with an id that says
/// nothing, but lets exceptions of this family through: so a script sees the id.
/// </summary>
public sealed class MemberSettingException : SetValueException
{
    internal MemberSettingException(ErrorRecord record)
        : base(record.Exception.Message, record.Exception) => ErrorRecord = record;

    /// <inheritdoc/>
    public override ErrorRecord ErrorRecord { get; }
}

/// <summary>A method can't be called now, or not give what it was called for: what <see cref="MemberSettingException"/> is for properties.</summary>
public sealed class MemberCallException : MethodException
{
    internal MemberCallException(ErrorRecord record)
        : base(record.Exception.Message, record.Exception) => ErrorRecord = record;

    /// <inheritdoc/>
    public override ErrorRecord ErrorRecord { get; }
}
