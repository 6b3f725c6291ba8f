using System.Management.Automation;
using System.Management.Automation.Internal;
using Microsoft.PowerShell.Commands;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Member: the members of each type of object in a stream.</summary>
[Cmdlet(VerbsCommon.Get, "Member")]
[OutputType(typeof(MemberDefinition))]
public sealed class GetMemberCommand : PSCmdlet
{
    private static readonly string[] Hidden = ["get_", "set_", "add_", "remove_", "op_"];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; } = PSMemberTypes.All;

    [Parameter]
    public SwitchParameter Static { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
        {
            return;
        }

        var source = Static ? StaticOf(InputObject) : InputObject;
        var typeName = Static ? ((Type)source.BaseObject).FullName! : source.TypeNames.Count > 0 ? source.TypeNames[0] : "<null>";
        if (!_seen.Add(typeName))
        {
            return;
        }

        var members = Static ? StaticMembers((Type)source.BaseObject) : source.Members.Select(member =>
            new MemberDefinition(typeName, member.Name, member.MemberType, member.ToString() ?? ""));
        var patterns = Name.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase)).ToArray();
        var found = members
            .Where(member => (member.MemberType & MemberType) != 0)
            .Where(member => patterns.Any(pattern => pattern.IsMatch(member.Name)))
            .Where(member => Force || !IsAccessor(member))
            .OrderBy(member => member.MemberType.ToString(), StringComparer.OrdinalIgnoreCase)
            .ThenBy(member => member.Name, StringComparer.OrdinalIgnoreCase);
        WriteObject(found, enumerateCollection: true);
    }

    protected override void EndProcessing()
    {
        if (_seen.Count == 0)
        {
            WriteError(new ErrorRecord(
                new InvalidOperationException("You must specify an object for the Get-Member cmdlet."),
                "NoObjectInGetMember", ErrorCategory.CloseError, null));
        }
    }

    private static PSObject StaticOf(PSObject item) => PSObject.AsPSObject(item.BaseObject as Type ?? item.BaseObject.GetType());

    private static bool IsAccessor(MemberDefinition member) =>
        (member.MemberType == PSMemberTypes.Method && Hidden.Any(prefix => member.Name.StartsWith(prefix, StringComparison.Ordinal)))
        || member.MemberType is PSMemberTypes.MemberSet or PSMemberTypes.InferredProperty;

    private static IEnumerable<MemberDefinition> StaticMembers(Type type)
    {
        const System.Reflection.BindingFlags Flags =
            System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.FlattenHierarchy;
        var name = type.FullName!;
        foreach (var methods in type.GetMethods(Flags).GroupBy(method => method.Name))
        {
            yield return new MemberDefinition(
                name, methods.Key, PSMemberTypes.Method, string.Join(", ", methods.Select(method => "static " + method)));
        }

        foreach (var property in type.GetProperties(Flags))
        {
            yield return new MemberDefinition(name, property.Name, PSMemberTypes.Property, "static " + property);
        }

        foreach (var field in type.GetFields(Flags))
        {
            yield return new MemberDefinition(name, field.Name, PSMemberTypes.Property, "static " + field);
        }
    }
}
