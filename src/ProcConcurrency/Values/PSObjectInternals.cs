using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Values;

/// <summary>
/// Short ways into a <see cref="PSObject"/>. Its public ways merge the type table (microseconds an object) or copy the type
/// names into a process-wide table; these don't. Each falls back to the public way if the engine at hand lacks it.
/// </summary>
internal static class PSObjectInternals
{
    private static readonly Func<PSObject, Collection<string>>? s_typeNames = Getter<Collection<string>>("InternalTypeNames");

    private static readonly Func<PSObject, PSMemberInfoCollection<PSMemberInfo>>? s_instanceMembers =
        Getter<PSMemberInfoCollection<PSMemberInfo>>("InstanceMembers");

    private static readonly FieldInfo? s_instanceMembersField =
        typeof(PSObject).GetField("_instanceMembers", BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly FieldInfo? s_memberTable = typeof(PSObject).Assembly
        .GetType("System.Management.Automation.PSMemberInfoInternalCollection`1")?.MakeGenericType(typeof(PSMemberInfo))
        .GetField("_members", BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly Action<PSObject, string>? s_setText = Setter<string>("ToStringFromDeserialization");

    private static readonly Func<PSObject, string?>? s_text = Getter<string?>("ToStringFromDeserialization");

    private static readonly MethodInfo s_toString = typeof(BagText).GetMethod(nameof(BagText.Of))!;

    private static bool s_hasCapacity = true;

    /// <summary>The type names, not to be changed.</summary>
    public static Collection<string> TypeNames(PSObject value) => s_typeNames is null ? value.TypeNames : s_typeNames(value);

    /// <summary>The members added to this object alone, or null if only the slow way would find them.</summary>
    public static PSMemberInfoCollection<PSMemberInfo>? InstanceMembers(PSObject value) => s_instanceMembers?.Invoke(value);

    /// <summary>The same members in the collection's own table, which enumerates without a copy; null if there is none. Lock it to read it.</summary>
    public static OrderedDictionary? MemberTable(PSMemberInfoCollection<PSMemberInfo> members) =>
        s_memberTable?.DeclaringType == members.GetType() ? s_memberTable.GetValue(members) as OrderedDictionary : null;

    /// <summary>Whether asking for <see cref="InstanceMembers"/> can give any; asking in vain leaves an entry in a table.</summary>
    public static bool MayHaveInstanceMembers(PSObject value) => s_instanceMembersField is null || s_instanceMembersField.GetValue(value) is not null;

    /// <summary>An empty custom object with room for properties.</summary>
    public static PSObject Create(int properties)
    {
        if (s_hasCapacity)
        {
            try
            {
                return CreateWithCapacity(properties);
            }
            catch (MissingMethodException)
            {
                s_hasCapacity = false;
            }
        }

        return new PSObject();
    }

    /// <summary>Gives a property bag the text its original had, for casts and the inside of strings too: these ask for a method ToString.</summary>
    public static void SetBagText(PSObject value, string text)
    {
        SetText(value, text);
        value.Methods.Add(new PSCodeMethod(nameof(ToString), s_toString), preValidated: true);
    }

    /// <summary>Gives a list the text its original had; within a string it is its elements, as any list is.</summary>
    public static void SetText(PSObject value, string text) => s_setText?.Invoke(value, text);

    /// <summary>The text that another process gave to it, or null.</summary>
    public static string? Text(PSObject value) => s_text?.Invoke(value);

    // Public since PowerShell 7.0, but newer than the reference assembly.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PSObject CreateWithCapacity(int instanceMemberCapacity);

    private static Func<PSObject, T>? Getter<T>(string name) =>
        typeof(PSObject).GetProperty(name, BindingFlags.Instance | BindingFlags.NonPublic)?.GetMethod?.CreateDelegate(typeof(Func<PSObject, T>)) as Func<PSObject, T>;

    private static Action<PSObject, T>? Setter<T>(string name) =>
        typeof(PSObject).GetProperty(name, BindingFlags.Instance | BindingFlags.NonPublic)?.SetMethod?.CreateDelegate(typeof(Action<PSObject, T>)) as Action<PSObject, T>;
}
