using System.Diagnostics;
using System.Globalization;

namespace ProcConcurrency.Runtime.Native;

/// <summary>A process that is never taken for a later one with the same id.</summary>
/// <param name="Id">The system's id.</param>
/// <param name="Started">When it started, in whatever way the system tells it.</param>
internal readonly record struct ProcessIdentity(int Id, string Started);

/// <summary>A process as the system lists it.</summary>
/// <param name="Identity">Which it is.</param>
/// <param name="Parent">The id of its parent.</param>
/// <param name="Group">The id of its process group.</param>
internal readonly record struct ProcessEntry(ProcessIdentity Identity, int Parent, int Group);

/// <summary>Finds the processes below one, by the parent ids that the system keeps, and ends them.</summary>
internal static class ProcessTree
{
    /// <summary>
    /// Every process below <paramref name="processId"/>, parents before their children. A process whose
    /// parent has already gone belongs to no tree any more and is not found; process groups catch most of those. Where the
    /// system can't be asked (no file can be opened any more) there are none: what ends a tree must not fail.
    /// </summary>
    internal static List<ProcessEntry> Descendants(int processId) => Below(Processes(), [processId]);

    /// <summary>Ends every process below <paramref name="processId"/>, with the groups that they lead.</summary>
    internal static void KillDescendants(int processId) => Kill(Descendants(processId));

    /// <summary>Ends those that are still there, with what is below them by now and the groups that they lead.</summary>
    internal static void KillLeftOf(HashSet<ProcessIdentity> remembered)
    {
        if (remembered.Count > 0)
        {
            var processes = Processes();
            var left = processes.FindAll(process => remembered.Contains(process.Identity));
            Kill([.. left, .. Below(processes, [.. left.Select(static process => process.Identity.Id)])]);
        }
    }

    // A child of a child leads a group. Killed, it can't end the group itself any more, as it would when its parent goes.
    private static void Kill(List<ProcessEntry> processes)
    {
        foreach (var (identity, _, group) in processes)
        {
            _ = LibC.Kill(group == identity.Id ? -group : identity.Id, LibC.SigKill);
        }
    }

    private static List<ProcessEntry> Below(List<ProcessEntry> processes, List<int> roots)
    {
        var children = processes.ToLookup(static process => process.Parent);
        var found = roots.SelectMany(root => children[root]).ToList();
        for (var next = 0; next < found.Count; next++)
        {
            found.AddRange(children[found[next].Identity.Id]);
        }

        return found;
    }

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

            string stat;
            try
            {
                stat = File.ReadAllText($"{directory}/stat");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                continue; // It ended while we looked.
            }

            // "id (name) state parent group ...": the name may hold anything, so count from the last bracket. Field 22 is the start.
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 19 && Entry(id, fields[1], fields[2], fields[19]) is { } entry)
            {
                yield return entry;
            }
        }
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
