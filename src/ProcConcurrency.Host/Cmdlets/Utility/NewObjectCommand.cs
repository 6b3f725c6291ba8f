using System.Collections;
using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>New-Object: an instance of a .NET type.</summary>
[Cmdlet(VerbsCommon.New, "Object")]
public sealed class NewObjectCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string TypeName { get; set; } = "";

    [Parameter(Position = 1)]
    [Alias("Args")]
    public object?[] ArgumentList { get; set; } = [];

    [Parameter]
    [ValidateNotNull]
    public IDictionary? Property { get; set; }

    protected override void BeginProcessing()
    {
        if (!LanguagePrimitives.TryConvertTo(TypeName, out Type? type) || type is null)
        {
            var failure = new PSArgumentException($"Cannot find type [{TypeName}]: verify that the assembly containing this type is loaded.");
            ThrowTerminatingError(new ErrorRecord(failure, "TypeNotFound", ErrorCategory.InvalidType, null));
            return;
        }

        WriteObject(Property is null ? Create(type) : Assign(Create(type), Property));
    }

    private object? Create(Type type)
    {
        if (type == typeof(PSObject) || type == typeof(PSCustomObject))
        {
            return ArgumentList.Length == 0 ? new PSObject() : new PSObject(ArgumentList[0]);
        }

        if (type.IsByRef || type.IsAbstract)
        {
            Refuse($"Cannot create an instance of the type {type.FullName}.");
        }

        if (ArgumentList.Length == 0 && type.IsValueType && type.GetConstructor(Type.EmptyTypes) is null)
        {
            return Activator.CreateInstance(type);
        }

        try
        {
            // The engine's own binder picks the constructor, as [type]::new() does.
            return ScriptBlock.Create("param($t, $a) ,($t::new.Invoke($a))").InvokeReturnAsIs(type, ArgumentList) is var made
                ? Sole(made)
                : null;
        }
        catch (RuntimeException failure)
        {
            var found = failure.InnerException is MethodException ? "CannotFindAppropriateCtor" : "ConstructorInvokedThrowException,Microsoft.PowerShell.Commands.NewObjectCommand";
            ThrowTerminatingError(new ErrorRecord(
                failure.InnerException ?? failure,
                failure is MethodException ? "CannotFindAppropriateCtor" : found,
                ErrorCategory.InvalidOperation, null));
            return null;
        }
    }

    private PSObject Assign(object? made, IDictionary properties)
    {
        var target = PSObject.AsPSObject(made!);
        foreach (DictionaryEntry entry in properties)
        {
            var name = entry.Key.ToString()!;
            if (target.BaseObject is PSCustomObject)
            {
                target.Properties.Add(new PSNoteProperty(name, entry.Value));
                continue;
            }

            var member = target.Members[name];
            try
            {
                SetMember(member, name, entry.Value);
            }
            catch (Exception failure) when (failure is RuntimeException or TargetInvocationException)
            {
                WriteError(new ErrorRecord(failure, "InvalidValue", ErrorCategory.InvalidArgument, target));
            }
        }

        return target;
    }

    private static void SetMember(PSMemberInfo? member, string name, object? value)
    {
        switch (member)
        {
            case PSPropertyInfo property:
                property.Value = value!;
                return;
            case PSMethodInfo method:
                method.Invoke(value is object[] many ? many : [value!]);
                return;
            default:
                throw new PSArgumentException($"The member \"{name}\" was not found for the specified object.");
        }
    }

    private static object? Sole(object? made) => made is object[] { Length: 1 } list ? list[0] : made;

    private void Refuse(string message) => ThrowTerminatingError(new ErrorRecord(
        new PSArgumentException(message), "CannotCreateInstance", ErrorCategory.InvalidOperation, null));
}
