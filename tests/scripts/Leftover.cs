using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ProcConcurrency.Scripts;

/// <summary>What an engine process may not leave behind: processes that inherited its marker, and temporary files.</summary>
internal static class Leftover
{
    public const string Variable = "PROCCONCURRENCY_TEST_RUN";

    // The .NET runtime's and the engine's own, which stay when a test kills a process.
    private static readonly string[] Foreign = [".dotnet", "dotnet-diagnostic-", "clr-debug-pipe-", "CoreFxPipe_PSHost.", "pwsh-"];

    /// <summary>Waits a while for the last process with the marker to go; names and ends those that don't.</summary>
    public static async Task<IReadOnlyList<string>> EndProcessesAsync(string marker, TimeSpan grace)
    {
        var clock = Stopwatch.StartNew();
        while (Find(marker).Count > 0 && clock.Elapsed < grace)
        {
            await Task.Delay(50).ConfigureAwait(false);
        }

        var left = Find(marker);
        foreach (var id in left.Keys)
        {
            End(id);
        }

        return [.. left.Values];
    }

    public static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFileSystemEntries(folder)
            .Select(path => Path.GetFileName(path))
            .Where(name => !Foreign.Any(foreign => name.StartsWith(foreign, StringComparison.Ordinal)))
            .Select(name => $"temporary file {name}");

    // Only Linux shows the environment of other processes; elsewhere the files have to do.
    private static Dictionary<int, string> Find(string marker)
    {
        var found = new Dictionary<int, string>();
        if (!OperatingSystem.IsLinux())
        {
            return found;
        }

        var wanted = Encoding.ASCII.GetBytes($"{Variable}={marker}");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Read(folder, "environ").AsSpan().IndexOf(wanted) >= 0)
            {
                found[id] = $"process {id}: {Encoding.UTF8.GetString(Read(folder, "cmdline")).Replace('\0', ' ').TrimEnd()}";
            }
        }

        return found;
    }

    // A process may end while it is read, or belong to someone else.
    private static byte[] Read(string folder, string file)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void End(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            // Gone by itself.
        }
    }
}
