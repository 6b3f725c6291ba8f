namespace Microsoft.PowerShell.Commands;

/// <summary>A group of Group-Object -NoElement.</summary>
public sealed class GroupInfoNoElement : GroupInfo
{
    internal GroupInfoNoElement(string name, object?[] values) : base(name, values) { }
}
