using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>One member that Get-Member found, under the name the engine's format view knows.</summary>
public sealed class MemberDefinition(string typeName, string name, PSMemberTypes memberType, string definition)
{
    public string TypeName { get; } = typeName;

    public string Name { get; } = name;

    public PSMemberTypes MemberType { get; } = memberType;

    public string Definition { get; } = definition;

    /// <inheritdoc/>
    public override string ToString() => Definition;
}
