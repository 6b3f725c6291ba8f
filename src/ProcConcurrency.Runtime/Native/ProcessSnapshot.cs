using System.Diagnostics;
using System.Globalization;

namespace ProcConcurrency.Runtime.Native;

/// <summary>A process that is never taken for a later one with the same id.</summary>
/// <param name="Id">The system's id.</param>
/// <param name="Started">When it started, in whatever way the system tells it.</param>
internal sealed record ProcessIdentity(int Id, string Started);

/// <summary>A process as the system lists it.</summary>
/// <param name="Identity">Which it is.</param>
/// <param name="Parent">The id of its parent.</param>
/// <param name="Group">The id of its process group.</param>
internal sealed record ProcessEntry(ProcessIdentity Identity, int Parent, int Group);

/// <summary>
/// All processes of the machine at one moment: one look is enough for however many trees. A process whose parent has already gone
/// belongs to no tree any more; process groups catch most of those. Where the system can't be asked (no file can be opened any
/// more) there are none: what ends a tree must not fail.
/// </summary>
internal sealed class ProcessSnapshot
{
    private readonly List<ProcessEntry> _processes;
    private readonly Dictionary<int, List<ProcessEntry>> _children = [];

    private ProcessSnapshot(List<ProcessEntry> processes)
    {
        _processes = processes;
        foreach (var process in processes)
        {
            if (!_children.TryGetValue(process.Parent, out var children))
            {
                _children.Add(process.Parent, children = []);
            }

            children.Add(process);
        }
    }

    /// <summary>All of them.</summary>
    internal IReadOnlyList<ProcessEntry> All => _processes;

    /// <summary>Looks, which costs as much as the machine has processes.</summary>
    internal static ProcessSnapshot Take() => new(Processes());

    /// <summary>Every process below these, parents before their children.</summary>
    internal List<ProcessEntry> Below(IEnumerable<int> roots)
    {
        var found = new List<ProcessEntry>();
        foreach (var root in roots)
        {
            AddChildren(root);
        }

        for (var next = 0; next < found.Count; next++)
        {
            AddChildren(found[next].Identity.Id);
        }

        return found;

        void AddChildren(int id)
        {
            if (_children.TryGetValue(id, out var children))
            {
                found.AddRange(children);
            }
        }
    }

    /// <summary>Whether a process may still run: where the system tells of one process alone, whether it does.</summary>
    internal static bool MayBeThere(ProcessIdentity identity) =>
        !OperatingSystem.IsLinux() || FromProc(identity.Id) is ({ } entry, var state) && entry.Identity == identity && state != "Z";

    private static List<ProcessEntry> Processes()
    {
        try
        {
            return [.. OperatingSystem.IsLinux() ? ProcessesFromProc() : ProcessesFromPs()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Runtime.InteropServices.ExternalException)
        {
            return [];
        }
    }

    private static IEnumerable<ProcessEntry> ProcessesFromProc()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            if (FromProc(id).Entry is { } entry)
            {
                yield return entry;
            }
        }
    }

    private static (ProcessEntry? Entry, string State) FromProc(int id)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, string.Empty); // It ended while we looked.
        }

        // "id (name) state parent group ...": the name may hold anything, so count from the last bracket. Field 22 is the start.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 ? (Entry(id, fields[1], fields[2], fields[19]), fields[0]) : (null, string.Empty);
    }

    private static List<ProcessEntry> ProcessesFromPs()
    {
        var processes = new List<ProcessEntry>();
        using var ps = Process.Start(new ProcessStartInfo("/bin/ps", "-axo pid=,ppid=,pgid=,lstart=") { RedirectStandardOutput = true });
        while (ps?.StandardOutput.ReadLine() is { } line)
        {
            // The start is a date with spaces in it.
            var fields = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length == 4
                && int.TryParse(fields[0], CultureInfo.InvariantCulture, out var id)
                && Entry(id, fields[1], fields[2], fields[3]) is { } entry)
            {
                processes.Add(entry);
            }
        }

        return processes;
    }

    private static ProcessEntry? Entry(int id, string parent, string group, string started) =>
        int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var parentId)
        && int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var groupId)
            ? new ProcessEntry(new ProcessIdentity(id, started), parentId, groupId)
            : null;
}
