using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>Says on a record which child process it came from.</summary>
internal static class Origin
{
    internal const string NameProperty = "ChildProcessName";
    internal const string IdProperty = "ChildProcessId";

    /// <summary>Adds the two properties to any object; PowerShell shows them with the record and scripts can ask for them.</summary>
    internal static PSObject Mark(object record, ChildProcess process)
    {
        var wrapped = PSObject.AsPSObject(record);
        Set(wrapped, NameProperty, process.Name);
        Set(wrapped, IdProperty, process.ProcessId);
        return wrapped;
    }

    private static void Set(PSObject target, string name, object? value)
    {
        if (target.Properties[name] is null)
        {
            target.Properties.Add(new PSNoteProperty(name, value));
        }
    }
}
