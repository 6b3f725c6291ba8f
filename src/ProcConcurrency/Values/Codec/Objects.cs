using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ProcConcurrency.Values;

// Custom objects, and values with note properties or type names of their own.
internal sealed partial class ValueWriter
{
    private const string CustomObjectName = "System.Management.Automation.PSCustomObject";

    /// <param name="value">The object.</param>
    /// <param name="given">What it was made of, if it was made only to be written.</param>
    private void WritePSObject(PSObject value, object? given = null)
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
            WriteWrapped(value, inner, given ?? value);
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

    private void WriteWrapped(PSObject value, object inner, object identity)
    {
        Type type = inner.GetType();
        Collection<string> typeNames = EngineInternals.Objects.TypeNames(value);
        bool isOwnName = typeNames.Count > 0 && typeNames[0] == type.FullName;
        bool mayHaveNotes = EngineInternals.Objects.MayHaveInstanceMembers(value);
        if (isOwnName && !mayHaveNotes)
        {
            if (!TryWriteLive(inner, type))
            {
                WriteUnknown(inner, value, inner);
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
                WriteUnknown(inner, value, identity);
            }

            return;
        }

        int places = _places.Count;
        if (!TryEnter(value, identity, isAnnotated: true))
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
            _isNoted = _links is not null;
            written = TryWriteLive(inner, type);
            _isNoted = false;
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
            Unlink(places);
            WriteUnknown(inner, value, identity);
        }
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
}

internal ref partial struct ValueReader
{
    private PSObject ReadCustomObject()
    {
        int number = Enter();
        ObjectShape shape = ReadShape();
        PSObject value = EngineInternals.Objects.Create(Math.Min(shape.Names.Length, Left));
        Know(number, value);
        SetTypeNames(value, shape.TypeNames);
        ReadProperties(value, shape.Names);
        Leave();
        return value;
    }

    private object? ReadAnnotated()
    {
        int number = Enter();
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
            Know(number, inner);

            // It could not be made, or the writer cut it, for it contains itself. And what is added to a shared one all of the process would see.
            return inner;
        }

        PSObject value = PSObject.AsPSObject(inner);
        Know(number, value);
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
