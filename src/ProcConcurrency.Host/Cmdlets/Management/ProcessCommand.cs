using System.Diagnostics;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>A cmdlet that picks processes by name, id or as they come.</summary>
public abstract class ProcessCommand : PSCmdlet
{
    protected IEnumerable<Process> ById(IEnumerable<int> ids)
    {
        foreach (var id in ids.Distinct())
        {
            Process? process = null;
            try
            {
                process = Process.GetProcessById(id);
            }
            catch (ArgumentException)
            {
                Report(
                    $"Cannot find a process with the process identifier {id}.",
                    "NoProcessFoundForGivenId",
                    ErrorCategory.ObjectNotFound,
                    id);
            }

            if (process is not null)
            {
                yield return process;
            }
        }
    }

    protected IEnumerable<Process> ByName(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var all = Process.GetProcesses();
        HashSet<int> seen = [];
        foreach (var name in names)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            var found = Array.FindAll(all, process => pattern.IsMatch(NameOf(process)));
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                Report(
                    $"Cannot find a process with the name \"{name}\". Verify the process name and call the cmdlet again.",
                    "NoProcessFoundForGivenName",
                    ErrorCategory.ObjectNotFound,
                    name);
            }

            foreach (var process in found.Where(process => seen.Add(process.Id)).OrderBy(NameOf).ThenBy(process => process.Id))
            {
                yield return process;
            }
        }
    }

    protected static string NameOf(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        try
        {
            return process.ProcessName;
        }
        catch (InvalidOperationException)
        {
            // It has ended since it was found.
            return "";
        }
    }

    protected void Report(string message, string errorId, ErrorCategory category, object? target) =>
        WriteError(new ErrorRecord(new InvalidOperationException(message), errorId, category, target));
}
