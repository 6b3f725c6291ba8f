using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>Says on a record which child process it came from.</summary>
internal static class Origin
{
    internal const string NameProperty = "ChildProcessName";
    internal const string IdProperty = "ChildProcessId";

    /// <summary>What Invoke-Command calls it, too.</summary>
    internal const string ComputerProperty = "PSComputerName";

    /// <summary>Adds the two properties to any object; PowerShell shows them with the record and scripts can ask for them.</summary>
    internal static PSObject Mark(object record, ChildProcess process)
    {
        var wrapped = PSObject.AsPSObject(record);
        Set(wrapped, NameProperty, process.Name);
        Set(wrapped, IdProperty, process.ProcessId);
        if (process.ComputerName is { } computer)
        {
            Set(wrapped, ComputerProperty, computer);
        }

        return wrapped;
    }

    /// <summary>Says on a record which machine it came from; gives what is to be written.</summary>
    internal static object MarkHost(object record, string host, bool isOutput)
    {
        // One that the machine's own remoting has marked stays as it is.
        var wrapped = PSObject.AsPSObject(record);
        Set(wrapped, ComputerProperty, host);
        return isOutput ? wrapped : record;
    }

    private static void Set(PSObject target, string name, object? value)
    {
        if (!EngineInternals.Objects.IsShared(target.BaseObject) && target.Properties[name] is null)
        {
            target.Properties.Add(new PSNoteProperty(name, value));
        }
    }
}
