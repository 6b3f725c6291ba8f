using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Values;

// Which properties of an object are written, and what they are.
internal sealed partial class ValueWriter
{
    // The members of the objects being written, one above the other: no list for each of them.
    private PSMemberInfo[] _members = new PSMemberInfo[32];
    private int _memberCount;

    // The types of scripts come and go.
    private static readonly ConditionalWeakTable<Type, string[]> s_hidden = [];

    private static readonly string[] s_unixStatus = ["UnixMode", "User", "Group", "Size"];

    /// <summary>Puts the properties of an object on the stack of members.</summary>
    private void CollectProperties(PSObject value, bool instanceOnly)
    {
        // What a custom object says of where something was found is what it consists of.
        bool leavesWhereFound = IsForKey && value.BaseObject is not PSCustomObject;
        if (!instanceOnly || EngineInternals.Objects.InstanceMembers(value) is not { } own)
        {
            foreach (PSPropertyInfo property in value.Properties)
            {
                Push(property);
            }

            CollectHidden(value);
        }
        else if (EngineInternals.Objects.MemberTable(own) is { } table)
        {
            lock (table)
            {
                for (int i = 0; i < table.Count; i++)
                {
                    PushOwn(table[i], leavesWhereFound);
                }
            }
        }
        else
        {
            foreach (PSMemberInfo member in own)
            {
                PushOwn(member, leavesWhereFound);
            }
        }
    }

    /// <summary>What a class hides from who lists its properties is as much of what an object holds, and remoting sends it.</summary>
    private void CollectHidden(PSObject value, HashSet<string>? except = null)
    {
        foreach (string name in s_hidden.GetValue(value.BaseObject.GetType(), HiddenOf))
        {
            // Not what was added in its place: that is listed.
            if (except?.Contains(name) != true && value.Properties[name] is PSProperty property)
            {
                Push(property);
            }
        }
    }

    private static string[] HiddenOf(Type type)
    {
        try
        {
            return
            [
                .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                    .Where(static it => it.IsDefined(typeof(HiddenAttribute))).Select(static it => it.Name).Distinct(),
            ];
        }
        catch (Exception failure) when (failure is IOException or TypeLoadException or BadImageFormatException)
        {
            // One of its attributes is of an assembly that is not there.
            return [];
        }
    }

    /// <summary>
    /// Mode, owner, group and size, which the type table reads from a note that only this process can ask: as notes of their own
    /// they arrive, and there come before the type table's.
    /// </summary>
    private void CollectUnixStatus(PSObject file)
    {
        if (file.Properties["UnixStat"]?.Value is not null)
        {
            foreach (string name in s_unixStatus)
            {
                if (file.Properties[name] is { } property and not PSNoteProperty)
                {
                    Push(property);
                }
            }
        }
    }

    private void PushOwn(object? member, bool leavesWhereFound)
    {
        if (member is PSPropertyInfo property and not PSCodeProperty { Name: "pstypenames" } && !(leavesWhereFound && s_whereFound.Contains(property.Name)))
        {
            Push(property);
        }
    }

    private void Push(PSMemberInfo member)
    {
        if (_memberCount == _members.Length)
        {
            Array.Resize(ref _members, _memberCount * 2);
        }

        _members[_memberCount++] = member;
    }

    private void ReleaseMembers(int first)
    {
        Array.Clear(_members, first, _memberCount - first);
        _memberCount = first;
    }

    // A getter that fails leaves its property empty: one sick property must not lose the object.
    private static object? ValueOf(PSMemberInfo member)
    {
        try
        {
            return member.Value;
        }
        catch (Exception failure) when (failure is not (PipelineStoppedException or FlowControlException or OutOfMemoryException))
        {
            return null;
        }
    }
}
