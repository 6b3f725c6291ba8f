using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Pools;

/// <summary>
/// A block that runs once on every host: a call for each, of one worker and one input, the host's name. All go on side by side; what one
/// can't do is its own error. They have one signal, one progress bar, and one limit of failures:
/// <code>
/// a host's task fails -> Halts counts it, inside that call's pool -> OnOver halts the others
/// </code>
/// </summary>
/// <remarks>One thread adds and completes, one follows once all are added; they may be the same. <see cref="Abort"/> may come from any.</remarks>
internal sealed class EachHostCall : IPoolRun
{
    private readonly CallOutput _to;
    private readonly HaltLimit? _limit;
    private readonly TaskGroupSettings _group;
    private readonly ResultSignal _signal = new();
    private readonly CallProgress _progress;

    // Guards what follows. It may be taken inside a pool's lock, so nobody calls a call with it.
    private readonly object _gate = new();
    private readonly List<(string Host, PoolCall Call)> _calls = [];
    private bool _isAborted;
    private long _failed;
    private bool _isHalted;

    // 1 once the others have been told so.
    private int _hasHalted;

    /// <param name="to">Takes the records.</param>
    /// <param name="limit">How many hosts that fail end it; null for any number.</param>
    internal EachHostCall(CallOutput to, HaltLimit? limit)
    {
        _to = to;
        _limit = limit;
        _group = new TaskGroupSettings { Signal = _signal, Halts = limit is null ? null : Halts, OnOver = limit is null ? null : OnOver };
        _progress = new CallProgress(to.Write, () => Counts, () => _calls.Count);
    }

    /// <inheritdoc/>
    public long Skipped { get; private set; }

    private PoolCounts Counts => _calls.Select(static call => call.Call.Counts).Aggregate(default(PoolCounts), static (sum, one) => new PoolCounts(
        sum.Accepted + one.Accepted, sum.Finished + one.Finished, sum.Failed + one.Failed, sum.Canceled + one.Canceled, sum.Workers + one.Workers));

    /// <summary>The settings of one host's call.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="computer">The host's name; null for this machine.</param>
    /// <param name="index">The host's place among all.</param>
    internal CallSettings Part(CallSettings settings, string? computer, int index) =>
        settings with { ComputerName = computer ?? Environment.MachineName, FirstIndex = index, ShowsProgress = false, HaltOn = null, Group = _group };

    /// <summary>Where one host's call writes: not every error names its host by itself.</summary>
    internal CallOutput OutputOf(string host) => _to with { WriteError = error => WriteError(host, error) };

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

    /// <summary>A host has been done before.</summary>
    internal void Skip() => _progress.Skipped = ++Skipped;

    /// <inheritdoc/>
    public void Complete()
    {
        foreach (var (host, call) in _calls)
        {
            call.Add(host);
            call.Complete();
        }
    }

    /// <inheritdoc/>
    public void Follow(CancellationToken canceled)
    {
        var left = _calls.ToList();
        while (left.Count > 0)
        {
            var seen = _signal.Count;
            WaitCallbacks.RunUntil(new Deadline(null));
            canceled.ThrowIfCancellationRequested();
            left.RemoveAll(call => !Proceed(call.Host, call.Call, canceled));

            // Those that have ended may still have some on the way.
            _calls.ForEach(static call => call.Call.WriteLines());
            _progress.Update();
            if (left.Count > 0)
            {
                _signal.Wait(seen, PoolCall.Tick);
            }
        }

        HideProgress();

        // No host waited for the end of another's worker, which may take its time: all are here, and end side by side.
        PoolCall.EndAll(_calls.Select(static call => call.Call));
        _calls.ForEach(static call => call.Call.WriteLines());
        if (_isHalted)
        {
            var counts = Counts;
            var ended = _calls.Where(static call => call.Call.Counts.Canceled > 0).Sum(static call => call.Call.Ended);
            throw Errors.PoolHalted(counts.Failed, counts.Finished - counts.Canceled, counts.Canceled - ended, ended, _limit!);
        }
    }

    /// <inheritdoc/>
    public void HideProgress() => _progress.Complete();

    /// <inheritdoc/>
    public void Abort()
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
        // All of them together: hosts that hang each take their time.
        Abort();
        PoolCall.EndAll(_calls.Select(static call => call.Call));
        _calls.ForEach(static call => call.Call.Dispose());
    }

    /// <summary>Writes what is there; false where that was the last.</summary>
    private bool Proceed(string host, PoolCall call, CancellationToken canceled)
    {
        try
        {
            call.Drain(canceled);
            if (!call.IsDrained)
            {
                return true;
            }

            call.Conclude(mayWait: false);
        }
        catch (CallerException error)
        {
            // This host's; the others go on.
            WriteError(host, error.Record);
        }

        return false;
    }

    private void WriteError(string host, ErrorRecord error)
    {
        _ = Origin.MarkHost(error, host, isOutput: false);
        _to.WriteError(error);
    }

    /// <summary>Counts a host whose task is over, for whatever reason: it has just one. Called inside its pool's lock.</summary>
    private bool Halts(long failed, long finished)
    {
        lock (_gate)
        {
            _failed += failed;
            return _isHalted |= _limit!.Halts(_failed, finished, _calls.Count + Skipped);
        }
    }

    /// <summary>Ends what the other hosts have not begun, once too many have failed.</summary>
    private void OnOver(PoolTask task)
    {
        if (_isHalted && Interlocked.Exchange(ref _hasHalted, 1) == 0)
        {
            _calls.ForEach(static call => call.Call.Halt());
        }
    }
}
