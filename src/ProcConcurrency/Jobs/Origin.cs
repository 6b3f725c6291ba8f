using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>Says on a record which child process it came from.</summary>
internal static class Origin
{
    internal const string NameProperty = "ChildProcessName";
    internal const string IdProperty = "ChildProcessId";

    /// <summary>What Invoke-Command calls it, too.</summary>
    internal const string ComputerProperty = "PSComputerName";

    /// <summary>Adds the properties to any object; PowerShell shows them with the record and scripts can ask for them.</summary>
    internal static PSObject Mark(object record, ChildProcess process)
    {
        var wrapped = PSObject.AsPSObject(record);
        Set(wrapped, NameProperty, process.Name);
        Set(wrapped, IdProperty, process.ProcessId);
        if (process.ComputerName is { } computer)
        {
            Replace(wrapped, ComputerProperty, computer);
        }

        return wrapped;
    }

    /// <summary>Says on a record which machine it came from; gives what is to be written.</summary>
    internal static object MarkHost(object record, string host, bool isOutput)
    {
        var wrapped = PSObject.AsPSObject(record);
        Replace(wrapped, ComputerProperty, host);
        return isOutput ? wrapped : record;
    }

    private static void Set(PSObject target, string name, object? value)
    {
        if (!EngineInternals.Objects.IsShared(target.BaseObject) && target.Properties[name] is null)
        {
            target.Properties.Add(new PSNoteProperty(name, value));
        }
    }

    /// <summary>Sets a property whatever the object says itself: it may come from a machine that is not what it calls itself, or by way of another.</summary>
    private static void Replace(PSObject target, string name, string value)
    {
        if (EngineInternals.Objects.IsShared(target.BaseObject))
        {
            return;
        }

        try
        {
            if (target.Properties[name] is PSNoteProperty { IsInstance: true, IsSettable: true } note)
            {
                note.Value = value;
                return;
            }

            // Before one of its type, which it may not be possible to write.
            target.Properties.Remove(name);
            target.Properties.Add(new PSNoteProperty(name, value), preValidated: true);
        }
        catch (RuntimeException)
        {
            // It takes none. Results are not lost for that.
        }
    }
}
