using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ProcConcurrency.Values;

// Custom objects, and values with note properties or type names of their own.
internal sealed partial class ValueWriter
{
    private const string CustomObjectName = "System.Management.Automation.PSCustomObject";

    // The members of the objects being written, one above the other: no list for each of them.
    private PSMemberInfo[] _members = new PSMemberInfo[32];
    private int _memberCount;

    private static readonly string[] s_unixStatus = ["UnixMode", "User", "Group", "Size"];

    private void WritePSObject(PSObject value)
    {
        // What a command leaves that wrote nothing: to the engine it is a custom object, to a script it is $null.
        object? inner = ReferenceEquals(value, AutomationNull.Value) ? null : value.BaseObject;
        if (inner is PSCustomObject)
        {
            WriteCustomObject(value);
        }
        else if (inner is null)
        {
            WriteTag(ValueTag.Null);
        }
        else
        {
            WriteWrapped(value, inner);
        }
    }

    private void WriteCustomObject(PSObject value)
    {
        if (!TryEnter(value))
        {
            return;
        }

        Collection<string> typeNames = EngineInternals.Objects.TypeNames(value);
        bool isPlain = typeNames.Count <= 2 && (typeNames.Count == 0 || typeNames[0] == CustomObjectName);
        int first = _memberCount;

        // Only an object with type names of its own can get properties from the type table.
        CollectProperties(value, isPlain || typeNames[0].StartsWith("Selected.", StringComparison.Ordinal));
        if (!isPlain && EngineInternals.Objects.Text(value) is { } text)
        {
            // A property bag on its way through this process.
            WriteTag(ValueTag.PropertyBag);
            WriteString(text);
        }
        else
        {
            WriteTag(ValueTag.CustomObject);
        }

        WriteShaped(isPlain ? null : typeNames, first);
        Leave();
    }

    private void WriteWrapped(PSObject value, object inner)
    {
        Type type = inner.GetType();
        Collection<string> typeNames = EngineInternals.Objects.TypeNames(value);
        bool isOwnName = typeNames.Count > 0 && typeNames[0] == type.FullName;
        bool mayHaveNotes = EngineInternals.Objects.MayHaveInstanceMembers(value);
        if (isOwnName && !mayHaveNotes)
        {
            if (!TryWriteLive(inner, type))
            {
                WriteUnknown(inner, value);
            }

            return;
        }

        int start = _length;
        int shapes = _shapes.Count;
        int first = _memberCount;
        if (mayHaveNotes)
        {
            CollectProperties(value, instanceOnly: true);
            if (inner is FileSystemInfo && !IsForKey)
            {
                CollectUnixStatus(value);
            }
        }

        // An enum that is on its way through a process that does not have it.
        string? named = !isOwnName && typeNames.Count > 0 && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64 ? EngineInternals.Objects.Text(value) : null;
        bool annotated = (_memberCount > first || !isOwnName) && inner is not (ErrorRecord or InformationalRecord or InformationRecord or ProgressRecord);
        if (named is not null && _memberCount == first)
        {
            WriteNamedNumber(DeserializedName.OriginalOf(typeNames[0]), named, inner);
            return;
        }

        if (!annotated)
        {
            ReleaseMembers(first);
            if (!TryWriteLive(inner, type))
            {
                WriteUnknown(inner, value);
            }

            return;
        }

        if (!TryEnter(value))
        {
            ReleaseMembers(first);
            return;
        }

        WriteTag(ValueTag.Annotated);
        _bagDepth++;
        WriteShaped(isOwnName ? null : typeNames, first);
        _bagDepth--;
        bool written = true;
        if (named is null)
        {
            written = TryWriteLive(inner, type);
        }
        else
        {
            WriteNamedNumber(DeserializedName.OriginalOf(typeNames[0]), named, inner);
        }

        Leave();
        if (!written)
        {
            _length = start;
            _shapes.Truncate(shapes);
            WriteUnknown(inner, value);
        }
    }

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

    /// <summary>Writes the shape and the values of the members from <paramref name="first"/> on, and takes them off the stack.</summary>
    private void WriteShaped(Collection<string>? typeNames, int first)
    {
        int end = _memberCount;
        if (IsForKey)
        {
            SortMembers(first);
        }

        if (typeNames is { Count: > ValueLimits.TypeNames })
        {
            var fewer = new Collection<string>();
            for (int i = 0; i < ValueLimits.TypeNames; i++)
            {
                fewer.Add(typeNames[i]);
            }

            typeNames = fewer;
        }

        if (_shapes.Define(typeNames, _members.AsSpan(first, end - first), out ObjectShape shape))
        {
            WriteVar(0);
            WriteNames(shape.TypeNames);
            WriteNames(shape.Names);
        }
        else
        {
            WriteVar((uint)shape.Number + 1);
        }

        for (int i = first; i < end; i++)
        {
            PSMemberInfo member = _members[i];
            WriteNamed(member is PSNoteProperty note ? note.Value : ValueOf(member), member.Name);
        }

        ReleaseMembers(first);
    }

    private void WriteNames(string[] names)
    {
        WriteVar((uint)names.Length);
        foreach (string name in names)
        {
            WriteString(name);
        }
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

internal ref partial struct ValueReader
{
    private PSObject ReadCustomObject()
    {
        Enter();
        ObjectShape shape = ReadShape();
        PSObject value = EngineInternals.Objects.Create(Math.Min(shape.Names.Length, Left));
        SetTypeNames(value, shape.TypeNames);
        ReadProperties(value, shape.Names);
        Leave();
        return value;
    }

    private object? ReadAnnotated()
    {
        Enter();
        ObjectShape shape = ReadShape();
        var notes = new List<object?>();
        foreach (string _ in shape.Names)
        {
            notes.Add(ReadValue());
        }

        object? inner = ReadValue();
        Leave();
        if (inner is null || EngineInternals.Objects.IsShared(inner))
        {
            // It could not be made, or the writer cut it, for it contains itself. And what is added to a shared one all of the process would see.
            return inner;
        }

        PSObject value = PSObject.AsPSObject(inner);
        SetTypeNames(value, shape.TypeNames);
        for (int i = 0; i < notes.Count; i++)
        {
            value.Properties.Add(new PSNoteProperty(shape.Names[i], notes[i]), preValidated: true);
        }

        return value;
    }

    private ObjectShape ReadShape()
    {
        uint reference = ReadVar32();
        List<ObjectShape> shapes = _shapes ??= [];
        if (reference > 0)
        {
            if (reference > shapes.Count)
            {
                Fail($"there is no shape {reference}.");
            }

            return shapes[(int)reference - 1];
        }

        var shape = new ObjectShape(ReadNames(ValueLimits.TypeNames), ReadNames(int.MaxValue)) { Number = shapes.Count };
        shapes.Add(shape);
        return shape;
    }

    private string[] ReadNames(int most)
    {
        // A text with one character takes three bytes.
        int count = ReadCount(3);
        if (count > most)
        {
            Fail("it has too many type names.");
        }

        if (count == 0)
        {
            return [];
        }

        var names = new string[count];
        for (int i = 0; i < count; i++)
        {
            string name = ReadRequiredText();
            if (name.Length == 0)
            {
                Fail("a name is empty.");
            }

            names[i] = name;
        }

        return names;
    }

    private void ReadProperties(PSObject value, string[] names)
    {
        if (names.Length == 0)
        {
            return;
        }

        PSMemberInfoCollection<PSPropertyInfo> properties = value.Properties;
        foreach (string name in names)
        {
            properties.Add(new PSNoteProperty(name, ReadValue()), preValidated: true);
        }
    }

    private static void SetTypeNames(PSObject value, string[] typeNames)
    {
        if (typeNames.Length == 0)
        {
            return;
        }

        var names = value.TypeNames;
        names.Clear();
        foreach (string name in typeNames)
        {
            names.Add(name);
        }
    }
}
