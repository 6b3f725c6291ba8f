using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ProcConcurrency.Values;

// What has no form of its own: property bags and deserialized lists, as PowerShell remoting makes them.
internal sealed partial class ValueWriter
{
    // Inside a property bag: what is unknown there becomes text, as remoting's depth of 1 does it.
    private int _bagDepth;

    /// <summary>What has no live form: a property bag, a list of its elements, or within another bag its text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="wrapper">Its wrapper, if there is one.</param>
    /// <param name="identity">What it is known by when it is reached again.</param>
    private void WriteUnknown(object value, PSObject? wrapper, object? identity = null)
    {
        IEnumerable? items = ElementsOf(value);
        bool isFormat = FormatObjects.Is(value);
        if (_bagDepth > 0 && items is null && !isFormat)
        {
            // Within another object, what is bound to this process does no harm as its text.
            // Each line of a file has the same drive and provider, which have no text of their own.
            WriteText(TextOf(value is PSDriveInfo or ProviderInfo ? value : wrapper ?? PSObject.AsPSObject(value)));
            return;
        }

        if (_bagDepth == 0 && Strict && ProcessBound.Is(value))
        {
            throw Refuse(value, $"which is bound to this process and can't be sent to another one. {ProcessBound.Advice(value)}");
        }

        if (!TryEnter(value, identity))
        {
            return;
        }

        wrapper ??= PSObject.AsPSObject(value);
        int first = _memberCount;
        if (items is null && !ProcessBound.IsNotAsked(value))
        {
            CollectProperties(wrapper, instanceOnly: false);
        }

        WriteTag(items is null ? ValueTag.PropertyBag : ValueTag.DeserializedList);
        WriteText(TextOf(items is null && !isFormat ? wrapper : value));
        int deeper = isFormat ? 0 : 1;
        _bagDepth += deeper;
        WriteShaped(DeserializedNames(wrapper), first);
        _bagDepth -= deeper;
        if (items is not null)
        {
            WriteEnumerated(items);
        }

        Leave();
    }

    /// <summary>What PowerShell would enumerate; null for all other objects, and for those that fail when they are asked.</summary>
    private static IEnumerable? ElementsOf(object value)
    {
        try
        {
            return LanguagePrimitives.GetEnumerable(value);
        }
        catch (ExtendedTypeSystemException)
        {
            return null;
        }
    }

    /// <summary>The text of an object. Its wrapper knows a method ToString that was added to it, or to its type, and would list what has elements.</summary>
    private static string? TextOf(object value)
    {
        try
        {
            return value.ToString();
        }
        catch (Exception failure) when (failure is not (PipelineStoppedException or FlowControlException or OutOfMemoryException))
        {
            return (value is PSObject { BaseObject: var inner } ? inner : value).GetType().FullName;
        }
    }

    private static Collection<string> DeserializedNames(PSObject wrapper)
    {
        var names = new Collection<string>();
        foreach (string name in EngineInternals.Objects.TypeNames(wrapper))
        {
            names.Add(DeserializedName.Of(name));
        }

        return names;
    }
}

internal ref partial struct ValueReader
{
    private PSObject ReadPropertyBag()
    {
        string? text = ReadText();
        PSObject bag = ReadCustomObject();
        BagText.Set(bag, text ?? string.Empty);
        return bag;
    }

    private PSObject ReadDeserializedList()
    {
        int number = Enter();
        string? text = ReadText();
        ObjectShape shape = ReadShape();
        var items = new ArrayList();
        var list = new PSObject(items);
        Know(number, list);
        SetTypeNames(list, shape.TypeNames);
        ReadProperties(list, shape.Names);
        int count = ReadCount();
        for (int i = 0; i < count; i++)
        {
            items.Add(ReadValue());
        }

        EngineInternals.Objects.SetText(list, text ?? string.Empty);
        Leave();
        return list;
    }
}

/// <summary>The type names of what is no longer what it was: those of the original, marked as PowerShell remoting marks them.</summary>
internal static class DeserializedName
{
    private const string Prefix = "Deserialized.";

    public static string Of(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name : Prefix + name;

    public static string OriginalOf(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
}
