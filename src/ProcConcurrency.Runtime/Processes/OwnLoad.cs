using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>How much this process has had to do lately.</summary>
/// <remarks>For one thread at a time.</remarks>
/// <param name="used">How long it has had a processor so far, all of its threads together; null: as the system says.</param>
internal sealed class OwnLoad(Func<TimeSpan>? used = null)
{
    private readonly Func<TimeSpan> _used = used ?? Used;
    private long _since = Stopwatch.GetTimestamp();
    private TimeSpan _usedThen;

    /// <summary>What it does from now on counts.</summary>
    internal void Begin() => (_since, _usedThen) = (Stopwatch.GetTimestamp(), Look());

    /// <summary>How much of one processor it has used since the last lap, or the beginning: 1 is all of one. The next lap begins.</summary>
    internal double Lap()
    {
        var (since, usedThen) = (_since, _usedThen);
        Begin();
        return (_usedThen - usedThen) / Stopwatch.GetElapsedTime(since, _since);
    }

    private TimeSpan Look()
    {
        try
        {
            return _used();
        }
        catch (Exception error) when (error is ExternalException or IOException or InvalidOperationException)
        {
            // The system can't be asked, for no file can be opened any more, say. Nobody's child is to suffer for it.
            return _usedThen;
        }
    }

    private static TimeSpan Used()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
