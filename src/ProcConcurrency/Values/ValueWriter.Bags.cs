using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ProcConcurrency.Values;

// What has no form of its own: property bags and deserialized lists, as PowerShell remoting makes them.
internal sealed partial class ValueWriter
{
    private const string DeserializedPrefix = "Deserialized.";

    /// <summary>What has no live form: a property bag, a list of its elements, or within another bag its text.</summary>
    private void WriteUnknown(object value, PSObject? wrapper)
    {
        bool isBound = ProcessBound.Is(value);
        if (isBound && Strict)
        {
            throw Refuse(value, "which is bound to this process and can't be sent to another one.");
        }

        if (_bagDepth > 0 && value is not IEnumerable)
        {
            WriteText(TextOf(value));
            return;
        }

        if (!TryEnter(value))
        {
            return;
        }

        wrapper ??= PSObject.AsPSObject(value);
        bool isList = value is IEnumerable;
        int first = _memberCount;
        if (!isList && !ProcessBound.MayBlock(value))
        {
            CollectProperties(wrapper, instanceOnly: false);
        }

        WriteTag(isList ? ValueTag.DeserializedList : ValueTag.PropertyBag);
        WriteText(TextOf(value));
        _bagDepth++;
        WriteShaped(DeserializedNames(wrapper), first);
        _bagDepth--;
        if (isList)
        {
            WriteEnumerated((IEnumerable)value);
        }

        Leave();
    }

    private void WriteEnumerated(IEnumerable items)
    {
        var found = new List<object?>();
        try
        {
            foreach (object? item in items)
            {
                found.Add(item);
            }
        }
        catch (Exception failure) when (failure is not (PipelineStoppedException or FlowControlException or OutOfMemoryException))
        {
            // An enumeration that breaks off yields what it had, as remoting does it.
        }

        WriteVar((uint)found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            WriteElement(found[i], i);
        }
    }

    private static string? TextOf(object value)
    {
        try
        {
            return value.ToString();
        }
        catch (Exception failure) when (failure is not (PipelineStoppedException or FlowControlException or OutOfMemoryException))
        {
            return value.GetType().FullName;
        }
    }

    private static Collection<string> DeserializedNames(PSObject wrapper)
    {
        var names = new Collection<string>();
        foreach (string name in PSObjectInternals.TypeNames(wrapper))
        {
            names.Add(name.StartsWith(DeserializedPrefix, StringComparison.Ordinal) ? name : DeserializedPrefix + name);
        }

        return names;
    }
}
