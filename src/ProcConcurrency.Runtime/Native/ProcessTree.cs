using System.Diagnostics;
using System.Globalization;

namespace ProcConcurrency.Runtime.Native;

/// <summary>Finds the processes below one, by the parent ids that the system keeps.</summary>
internal static class ProcessTree
{
    /// <summary>
    /// The ids of every process below <paramref name="processId"/>, parents before their children. A process whose
    /// parent has already gone belongs to no tree any more and is not found; process groups catch most of those. Where the
    /// system can't be asked (no file can be opened any more) there are none: what ends a tree must not fail.
    /// </summary>
    internal static List<int> Descendants(int processId)
    {
        var children = new Dictionary<int, List<int>>();
        try
        {
            foreach (var (id, parent) in Parents())
            {
                if (!children.TryGetValue(parent, out var siblings))
                {
                    children.Add(parent, siblings = []);
                }

                siblings.Add(id);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Runtime.InteropServices.ExternalException)
        {
            return [];
        }

        var found = new List<int>();
        for (var next = -1; next < found.Count; next++)
        {
            if (children.TryGetValue(next < 0 ? processId : found[next], out var below))
            {
                found.AddRange(below);
            }
        }

        return found;
    }

    private static IEnumerable<(int Id, int Parent)> Parents() => OperatingSystem.IsLinux() ? ParentsFromProc() : ParentsFromPs();

    private static IEnumerable<(int Id, int Parent)> ParentsFromProc()
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

            // "id (name) state parent ...": the name may hold anything, so count from the last bracket.
            var fields = stat.AsSpan(stat.LastIndexOf(')') + 4);
            var end = fields.IndexOf(' ');
            if (end > 0 && int.TryParse(fields[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var parent))
            {
                yield return (id, parent);
            }
        }
    }

    private static List<(int Id, int Parent)> ParentsFromPs()
    {
        var pairs = new List<(int, int)>();
        using var ps = Process.Start(new ProcessStartInfo("/bin/ps", "-axo pid=,ppid=") { RedirectStandardOutput = true });
        while (ps?.StandardOutput.ReadLine() is { } line)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 2
                && int.TryParse(fields[0], CultureInfo.InvariantCulture, out var id)
                && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent))
            {
                pairs.Add((id, parent));
            }
        }

        return pairs;
    }
}
