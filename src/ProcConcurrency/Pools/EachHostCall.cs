using System.Diagnostics;
using System.Management.Automation;

namespace ProcConcurrency.Pools;

/// <summary>
/// A block that runs once on every host: a call for each, of one worker and one input, the host's name. All go on side by side; what one
/// can't do is its own error.
/// </summary>
/// <remarks>Of one thread, but for <see cref="Abort"/>.</remarks>
/// <param name="writeError">Takes a host's name and its error.</param>
/// <param name="show">Takes how far it is.</param>
internal sealed class EachHostCall(Action<string, ErrorRecord> writeError, Action<ProgressRecord> show) : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);
    private static int s_lastActivity;

    private readonly int _activity = int.MaxValue - (Interlocked.Increment(ref s_lastActivity) % 1_000_000);
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _shown;

    // Guards what follows. Only the one thread changes the list.
    private readonly object _gate = new();
    private readonly List<(string Host, PoolCall Call)> _calls = [];
    private bool _isAborted;

    /// <summary>How many hosts it runs on.</summary>
    internal int Count => _calls.Count;

    /// <summary>Takes the call of one more host.</summary>
    /// <param name="host">The host's name.</param>
    /// <param name="call">The call, which is disposed with this.</param>
    internal void Add(string host, PoolCall call)
    {
        lock (_gate)
        {
            _calls.Add((host, call));
            if (!_isAborted)
            {
                return;
            }
        }

        call.Abort();
    }

    /// <summary>Runs it, and writes all that comes, from whichever host it comes first.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal void Run(CancellationToken canceled)
    {
        foreach (var (host, call) in _calls)
        {
            call.Add(host);
            call.Complete();
        }

        var left = _calls.ToList();
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
            show(new ProgressRecord(_activity, "Invoke-ProcPool", $"{_calls.Count - left} of {_calls.Count} hosts done")
            {
                PercentComplete = 100 * (_calls.Count - left) / _calls.Count,
                RecordType = left == 0 ? ProgressRecordType.Completed : ProgressRecordType.Processing,
            });
        }
    }

    /// <summary>Ends what is left of it, and what is yet to come, from outside.</summary>
    internal void Abort()
    {
        List<(string Host, PoolCall Call)> begun;
        lock (_gate)
        {
            _isAborted = true;
            begun = [.. _calls];
        }

        begun.ForEach(static call => call.Call.Abort());
    }

    public void Dispose()
    {
        _calls.ForEach(static call => call.Call.Dispose());
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
