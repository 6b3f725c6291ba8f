using System.Collections;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Add-Member: extends one instance.</summary>
[Cmdlet(VerbsCommon.Add, "Member", DefaultParameterSetName = "TypeNameSet")]
public sealed class AddMemberCommand : PSCmdlet
{
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "MemberSet")]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "MemberSet")]
    public string? Name { get; set; }

    [Parameter(Position = 2, ParameterSetName = "MemberSet")]
    public object? Value { get; set; }

    [Parameter(Position = 3, ParameterSetName = "MemberSet")]
    public object? SecondValue { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NotePropertySingleMemberSet")]
    [NoTypeName]
    public string? NotePropertyName { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "NotePropertySingleMemberSet")]
    [AllowNull]
    public object? NotePropertyValue { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NotePropertyMultiMemberSet")]
    [ValidateNotNullOrEmpty]
    public IDictionary? NotePropertyMembers { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "TypeNameSet")]
    [Parameter(ParameterSetName = "MemberSet")]
    [Parameter(ParameterSetName = "NotePropertySingleMemberSet")]
    [Parameter(ParameterSetName = "NotePropertyMultiMemberSet")]
    [ValidateNotNullOrEmpty]
    public string? TypeName { get; set; }

    [Parameter(ParameterSetName = "MemberSet")]
    [Parameter(ParameterSetName = "NotePropertySingleMemberSet")]
    [Parameter(ParameterSetName = "NotePropertyMultiMemberSet")]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (Members().Select(AddTo).All(added => added))
        {
            if (TypeName is not null)
            {
                InputObject.TypeNames.Insert(0, TypeName);
            }

            if (PassThru)
            {
                WriteObject(InputObject);
            }
        }
    }

    private IEnumerable<PSMemberInfo> Members()
    {
        switch (ParameterSetName)
        {
            case "NotePropertySingleMemberSet":
                return [new PSNoteProperty(NotePropertyName, NotePropertyValue)];
            case "NotePropertyMultiMemberSet":
                return NotePropertyMembers!.Cast<DictionaryEntry>()
                    .Select(entry => new PSNoteProperty(LanguagePrimitives.ConvertTo<string>(entry.Key), entry.Value));
            case "MemberSet":
                return Declared() is { } member ? [member] : [];
            default:
                return [];
        }
    }

    private PSMemberInfo? Declared()
    {
        switch (MemberType)
        {
            case PSMemberTypes.NoteProperty:
                return new PSNoteProperty(Name, Value);
            case PSMemberTypes.AliasProperty:
                return SecondValue is null
                    ? new PSAliasProperty(Name, LanguagePrimitives.ConvertTo<string>(Value))
                    : new PSAliasProperty(Name, LanguagePrimitives.ConvertTo<string>(Value), LanguagePrimitives.ConvertTo<Type>(SecondValue));
            case PSMemberTypes.ScriptMethod when Bare(Value) is ScriptBlock method:
                return new PSScriptMethod(Name, method);
            case PSMemberTypes.ScriptProperty when Bare(Value) is ScriptBlock || Bare(SecondValue) is ScriptBlock:
                return new PSScriptProperty(Name, Bare(Value) as ScriptBlock, Bare(SecondValue) as ScriptBlock);
            default:
                ThrowTerminatingError(new ErrorRecord(
                    new InvalidOperationException($"Cannot add a member of type \"{MemberType}\" with this value."),
                    "WrongMemberValue", ErrorCategory.InvalidOperation, Name));
                return null;
        }
    }

    private bool AddTo(PSMemberInfo member)
    {
        if (InputObject.Members[member.Name] is { } existing)
        {
            if (!Force)
            {
                return Report(member, "MemberAlreadyExists",
                    $"Cannot add a member with the name \"{member.Name}\" because a member with that name already exists. "
                    + "To overwrite the member anyway, add the Force parameter to your command.");
            }

            if (existing.IsInstance)
            {
                InputObject.Members.Remove(member.Name);
            }
        }

        try
        {
            InputObject.Members.Add(member);
            return true;
        }
        catch (ExtendedTypeSystemException failure)
        {
            return Report(member, "AddMemberFailed", failure.Message);
        }
    }

    private bool Report(PSMemberInfo member, string id, string message)
    {
        WriteError(new ErrorRecord(new InvalidOperationException(message), id, ErrorCategory.InvalidOperation, InputObject));
        return member is null;
    }

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
