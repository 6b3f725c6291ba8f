using System.Diagnostics;
using System.Management.Automation;

namespace ProcConcurrency.Pools;

/// <summary>
/// A block that runs once on every host: a call for each, of one worker and one input, the host's name. All go on side by side; what one
/// can't do is its own error.
/// </summary>
/// <remarks>Of one thread.</remarks>
/// <param name="calls">The calls, by the hosts' names.</param>
/// <param name="writeError">Takes a host's name and its error.</param>
/// <param name="show">Takes how far it is.</param>
internal sealed class EachHostCall(IReadOnlyList<(string Host, PoolCall Call)> calls, Action<string, ErrorRecord> writeError, Action<ProgressRecord> show) : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);
    private static int s_lastActivity;

    private readonly int _activity = int.MaxValue - (Interlocked.Increment(ref s_lastActivity) % 1_000_000);
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _shown;

    /// <summary>Runs it, and writes all that comes, from whichever host it comes first.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal void Run(CancellationToken canceled)
    {
        foreach (var (host, call) in calls)
        {
            call.Add(host);
            call.Complete();
        }

        var left = calls.ToList();
        while (left.Count > 0)
        {
            // The first is waited for, the others are looked at: whichever has something, it comes within a tenth of a second.
            left = [.. left.Where((call, index) => Proceed(call.Host, call.Call, waits: index == 0, canceled))];
            Show(left.Count);
        }
    }

    /// <summary>Shows how many hosts are done, where that takes long enough to wonder.</summary>
    private void Show(int left)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (left == 0 ? _shown > TimeSpan.Zero : elapsed - _shown > s_interval)
        {
            _shown = elapsed;
            show(new ProgressRecord(_activity, "Invoke-ProcPool", $"{calls.Count - left} of {calls.Count} hosts done")
            {
                PercentComplete = 100 * (calls.Count - left) / calls.Count,
                RecordType = left == 0 ? ProgressRecordType.Completed : ProgressRecordType.Processing,
            });
        }
    }

    /// <summary>Ends what is left of it, from outside.</summary>
    internal void Abort()
    {
        foreach (var (_, call) in calls)
        {
            call.Abort();
        }
    }

    public void Dispose()
    {
        foreach (var (_, call) in calls)
        {
            call.Dispose();
        }
    }

    /// <summary>Writes what is there; false where that was the last.</summary>
    private bool Proceed(string host, PoolCall call, bool waits, CancellationToken canceled)
    {
        try
        {
            if (call.IsDrained)
            {
                call.Follow(canceled);
                return false;
            }

            call.WaitAndDrain(canceled, waits);
            return true;
        }
        catch (CallerException error)
        {
            // This host's; the others go on.
            writeError(host, error.Record);
            return false;
        }
    }
}
