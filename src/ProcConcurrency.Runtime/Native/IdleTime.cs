using System.Globalization;

namespace ProcConcurrency.Runtime.Native;

/// <summary>How long the machine's processors have had nothing to do. In a container with a share of them it is mostly the host's that are told of.</summary>
internal static class IdleTime
{
    // Of "cpu  user nice system idle iowait ...": see proc_stat(5). Who waits for a disk leaves its processor to others.
    private const int Idle = 4;
    private const int WaitsForDisk = 5;

    // USER_HZ, which is that on all of .NET's architectures.
    private const int TicksPerSecond = 100;

    /// <summary>All of them together, since the machine was started; null where that can't be told: there is no such count on macOS, and some sandboxes count nothing.</summary>
    /// <exception cref="IOException">It can't be read now.</exception>
    internal static TimeSpan? Read()
    {
        if (OperatingSystem.IsWindows())
        {
            return Kernel32.GetSystemTimes(out var ticks, 0, 0) ? TimeSpan.FromTicks(ticks) : throw Kernel32.LastError();
        }

        return OperatingSystem.IsLinux() ? Parse(File.ReadLines("/proc/stat").FirstOrDefault()) : null;
    }

    /// <summary>Reads the first line of /proc/stat.</summary>
    internal static TimeSpan? Parse(string? line)
    {
        var fields = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return fields.Length > WaitsForDisk && fields[0] == "cpu"
            && long.TryParse(fields[Idle], NumberStyles.None, CultureInfo.InvariantCulture, out var idle)
            && long.TryParse(fields[WaitsForDisk], NumberStyles.None, CultureInfo.InvariantCulture, out var waits)
            && idle > 0
            ? TimeSpan.FromSeconds((idle + waits) / (double)TicksPerSecond)
            : null;
    }
}
