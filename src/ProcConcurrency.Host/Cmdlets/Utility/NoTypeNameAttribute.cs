using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Refuses the name of a member type, so that `Add-Member NoteProperty x 1` binds to the other parameter set.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NoTypeNameAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is string name && Enum.TryParse<PSMemberTypes>(name, ignoreCase: true, out _))
        {
            throw new ValidationMetadataException($"'{name}' is a member type, not a name for a note property.");
        }
    }
}
