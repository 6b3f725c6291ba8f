using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>How much of the machine's processors somebody uses, lap by lap: 1 is all of one.</summary>
/// <remarks>For one thread at a time.</remarks>
/// <param name="used">How long that has had a processor so far, all of them together; null where it can't be told.</param>
internal sealed class ProcessorUse(Func<TimeSpan?> used)
{
    private long _since;
    private TimeSpan? _usedThen;

    /// <summary>What this process uses, all of its threads together.</summary>
    internal static ProcessorUse OfThisProcess() => new(static () =>
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    });

    /// <summary>What nobody uses.</summary>
    internal static ProcessorUse OfNobody() => new(IdleTime.Read);

    /// <summary>The use since this was last asked; null for the first time, and where it can't be told.</summary>
    internal double? Lap()
    {
        var (since, usedThen) = (_since, _usedThen);
        (_since, _usedThen) = (Stopwatch.GetTimestamp(), Read());
        return (_usedThen - usedThen) / Stopwatch.GetElapsedTime(since, _since);
    }

    private TimeSpan? Read()
    {
        try
        {
            return used();
        }
        catch (Exception error) when (error is ExternalException or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            // The system can't be asked, for no file can be opened any more, say. Nobody's child is to suffer for it.
            return null;
        }
    }
}
