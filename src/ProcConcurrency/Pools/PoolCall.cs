using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>
/// One call of a pool: inputs in, records out. It ends when all of them are done, when too many failed, when its time is up, or when
/// the pool can't go on.
/// <code>
/// Add -> its group in the pool -> Drain -> CallResults -> the caller's streams
///          ^
///          +-- called off by the halt limit, by a timer, or for the pool's failure
/// </code>
/// </summary>
/// <remarks>One thread adds, one drains; they may be the same.</remarks>
internal sealed class PoolCall : IPoolRun
{
    /// <summary>After how long one who waits for results looks what else there is.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    private readonly CallSettings _settings;
    private readonly WorkerPool _pool;

    // Whose pool it is, which must not be collected meanwhile; null where it is the call's own.
    private readonly ProcPool? _owner;
    private readonly TaskBlock _block;
    private readonly TaskDefinition _definition;
    private readonly PoolOutput? _output;
    private readonly CallOutput _to;
    private readonly HostSet? _hosts;
    private readonly TaskGroup _group;
    private readonly CallProgress _progress;
    private readonly CallResults _results;
    private readonly CallLog? _log;
    private readonly BackgroundTimer? _clock;
    private long _index;
    private long _refused;
    private CallerException? _failure;
    private volatile bool _isShutOut;
    private volatile bool _isOverTime;
    private volatile bool _isOverLimit;

    private PoolCall(
        CallSettings settings, WorkerPool pool, HostSet? hosts, ProcPool? owner, PoolOutput? output, TaskBlock block, CallLog? log, CallOutput to)
    {
        _hosts = hosts;
        _settings = settings;
        _pool = pool;
        _owner = owner;
        _output = output;
        _block = block;
        _definition = owner?.Core.Blocks.Intern(block.Definition) ?? block.Definition;
        _log = log;
        _to = to;
        _group = pool.Open(settings.Group with
        {
            Order = settings.IsUnordered ? ResultOrder.Ready : ResultOrder.Input,
            MaxWorkers = settings.MaxWorkers,
            Halts = settings.HaltOn is { IsNever: false } ? Halts : settings.Group.Halts,
            HaltsAtOnce = settings.HaltsNow,
            OnAttempt = log?.OnAttempt,
        });
        if (output is not null)
        {
            output.Group = _group;
        }

        _index = settings.FirstIndex;
        _progress = new CallProgress(to.Write, () => _group.Counts, () => _group.HasAllInput ? _group.Counts.Accepted : settings.Total - Skipped) { IsHidden = !settings.ShowsProgress };
        _results = new CallResults(settings, log, _progress, to, marksHosts: hosts is not null, owner?.Core.History, () => Failure);
        if (settings.Timeout is { } limit)
        {
            _clock = Background.Timer("time limit of a pool's call", OnTimeIsUp);
            _clock.Set(limit);
        }
    }

    /// <summary>Whether there was more input than it has taken.</summary>
    internal bool IsLeftUnread { get; set; }

    /// <summary>Whether enough inputs wait; results are taken until it is not.</summary>
    internal bool IsFull => _group.IsFull;

    /// <summary>Whether it takes no more inputs: too many failed, time is up, its pool was closed, or none could be run any more.</summary>
    internal bool IsCutShort => _isOverTime || _isOverLimit || _isShutOut || _group.IsHalted || HasFailed;

    /// <summary>Whether all its results have been written.</summary>
    internal bool IsDrained => _group.IsDrained;

    // A worker can't set up what is to run, or the pool can't start workers.
    private bool HasFailed => _definition.Failure is not null || _pool.Failure is not null;

    /// <summary>Why it can't go on; null while it can. It may come at any moment, also while a result is being written.</summary>
    private CallerException? Failure => _failure ??=
        _definition.Failure is { } refusal ? new CallerException(Errors.ToldBy(refusal))
        : _pool.Failure is { } failure ? PoolFailures.ToException(failure)
        : null;

    /// <inheritdoc/>
    public long Skipped => _log?.Skipped ?? 0;

    /// <summary>How its tasks stand.</summary>
    internal PoolCounts Counts => _group.Counts;

    /// <summary>How many were ended while they ran, as far as that has been written.</summary>
    internal long Ended => _results.Ended;

    /// <summary>Begins a call with workers of its own.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="size">How many workers, and how long they live.</param>
    /// <param name="workers">Where they come from.</param>
    /// <param name="block">What runs for each input.</param>
    /// <param name="log">Its log; null for none.</param>
    /// <param name="to">Takes the records, on the thread that drains.</param>
    internal static PoolCall WithWorkers(
        CallSettings settings, PoolSettings size, WorkerSource workers, TaskBlock block, CallLog? log, CallOutput to)
    {
        var hosts = workers.Needed as HostSet;
        var output = new PoolOutput(to.Write, PoolSetup.WorkerName);
        return new PoolCall(settings, new WorkerPool(size with { OnOutput = output.Take }, workers), hosts, null, output, block, log, to);
    }

    /// <summary>Begins a call on a pool that goes on after it.</summary>
    /// <exception cref="CallerException">The pool takes no more tasks.</exception>
    internal static PoolCall Of(ProcPool pool, CallSettings settings, TaskBlock block, CallLog? log, CallOutput to) =>
        pool.Core.Engine.Failure is { } failure ? throw PoolFailures.ToException(failure)
        : pool.Core.Engine is { IsOpen: true } engine
            ? new PoolCall(settings, engine, pool.Core.Hosts, pool, null, block, log, to)
            : throw Errors.PoolClosed(pool);

    /// <summary>Puts an input in, where the pool still takes any.</summary>
    internal void Add(object? input)
    {
        var index = _index++;
        var item = _log is null ? new PoolItem(index, input) : _log.ItemOf(index, input);
        if (item is null)
        {
            _progress.Skipped = _log!.Skipped;
            return;
        }

        byte[] payload;
        ProcObject[]? kept;
        try
        {
            (payload, kept) = _block.Encode(input);
        }
        catch (ValueNotSerializableException error)
        {
            _results.Refuse(item, Errors.NotSerializable(error, input).Record);
            _refused++;
            CheckLimit();
            return;
        }

        try
        {
            _group.Add(_definition, payload, item, kept, _settings.Task);
        }
        catch (InvalidOperationException) when (!_pool.IsOpen)
        {
            // What it has taken goes on to its end. Its own workers are ended where its job was stopped meanwhile.
            _isShutOut = _owner is not null;
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_owner is null)
        {
            _pool.MinSize = 0;
        }

        _group.CompleteAdding();
    }

    /// <summary>Waits for results, and writes them.</summary>
    /// <param name="canceled">Ends it.</param>
    internal void WaitAndDrain(CancellationToken canceled)
    {
        _group.Wait(Tick);
        WaitCallbacks.RunUntil(new Deadline(null));
        canceled.ThrowIfCancellationRequested();
        Drain(canceled);
    }

    /// <summary>Writes the results that are there.</summary>
    internal void Drain(CancellationToken canceled)
    {
        if (HasFailed)
        {
            // What is done comes, for the log says that it is. The rest ends: so each has its turn.
            _group.Cancel(running: true);
        }
        else if (_isOverTime || _isOverLimit)
        {
            // A task that failed at that very moment may be about to be tried again.
            _group.Cancel(_isOverTime || _settings.HaltsNow);
        }

        WriteLines();
        while (_group.TryTake(out var result))
        {
            canceled.ThrowIfCancellationRequested();
            _results.Take(result);
        }

        if (_pool.TakeWarning() is { } warning)
        {
            _to.Write(RecordStream.Warning, new WarningRecord(warning));
        }

        PoolNews.TellHosts(_hosts, _to.WriteError);
        WarnOfLog();
        _progress.Update();
    }

    /// <inheritdoc/>
    public void Follow(CancellationToken canceled)
    {
        Drain(canceled);
        while (!_group.IsDrained)
        {
            WaitAndDrain(canceled);
        }

        Conclude(mayWait: true);
    }

    /// <summary>All its results have been written. Tells its workers to end, and says why it did not come to its end itself.</summary>
    /// <param name="mayWait">Whether their end is waited for; else the caller has <see cref="EndAll"/> and <see cref="WriteLines"/> for it.</param>
    internal void Conclude(bool mayWait)
    {
        // Its end alone lets starts fail that are under way.
        var failure = Failure;
        _clock?.Dispose();
        _results.WriteRefused(long.MaxValue);
        if (_owner is null)
        {
            // Its lines come another way than a worker's results, maybe later; with its end all are here. Nobody takes any until then.
            _output!.End();
            if (mayWait)
            {
                _pool.Dispose(_settings.KeepsWorkers && failure is null);
            }
            else
            {
                _pool.BeginDispose();
            }

            WriteLines();
        }

        PoolNews.TellHosts(_hosts, _to.WriteError);
        _log?.Dispose();
        WarnOfLog();
        _progress.Complete();
        Report(failure);
    }

    /// <summary>Writes what its workers wrote past the streams, as far as it is here.</summary>
    internal void WriteLines() => _output?.Write();

    /// <summary>Returns when the workers of calls that have workers of their own are gone. All end side by side.</summary>
    internal static void EndAll(IEnumerable<PoolCall> calls)
    {
        PoolCall[] all = [.. calls];
        Array.ForEach(all, static call => call._output?.End());
        WorkerPool.DisposeAll(Array.ConvertAll(all, static call => call._pool));
    }

    /// <summary>How many inputs were skipped, in words.</summary>
    internal static string Describe(long skipped, string logPath) => $"{skipped} inputs were skipped: the log '{logPath}' says that they have been done.";

    /// <inheritdoc/>
    public void HideProgress() => _progress.Complete();

    /// <summary>Begins nothing more, for too many of what it is a part of failed, and ends what runs where that is to be ended, too.</summary>
    internal void Halt() => _group.Halt();

    /// <inheritdoc/>
    public void Abort()
    {
        _output?.End();
        if (_owner is null)
        {
            _pool.Abort();
        }
        else
        {
            _group.Abandon();
        }
    }

    public void Dispose()
    {
        _clock?.Dispose();
        _output?.End();
        if (_owner is null)
        {
            _pool.Dispose();
        }
        else
        {
            Leave();
        }

        _log?.Dispose();
        _block.Dispose();
    }

    /// <summary>Leaves a pool that goes on; what of the call runs there is ended, and that is waited for where a log is to have it.</summary>
    private void Leave()
    {
        _group.Abandon();
        var end = new Deadline(s_grace);
        while (_log is not null && _group.Counts is var counts && counts.Finished < counts.Accepted && end.Left > TimeSpan.Zero)
        {
            _group.Wait(Tick);
        }
    }

    private void WarnOfLog()
    {
        if (_log?.TakeWarning() is { } warning)
        {
            _to.Write(RecordStream.Warning, new WarningRecord(warning));
        }
    }

    /// <summary>Says why it did not come to its end.</summary>
    private void Report(CallerException? failure)
    {
        // What it is a part of may have called it off before.
        var counts = _group.Counts;
        var isCalledOff = _settings.HaltOn is null && _group.IsHalted && counts.Canceled > 0;
        if (failure is not null && !isCalledOff && (IsLeftUnread || _results.NotRun + _results.Ended > 0))
        {
            throw failure;
        }

        var failed = counts.Failed + _refused;
        var notRun = _results.NotRun + Math.Max(0, (_settings.Total ?? 0) - (_index - _settings.FirstIndex));
        if ((_group.IsHalted || _isOverLimit) && _settings.HaltOn is { } limit)
        {
            throw Errors.PoolHalted(failed, counts.Finished - counts.Canceled + _refused, notRun, _results.Ended, limit);
        }

        if (_isShutOut || (_owner is not null && _pool.IsEnded && counts.Canceled > 0))
        {
            throw Errors.PoolClosed(_owner!);
        }

        if (_isOverTime && (counts.Canceled > 0 || IsLeftUnread))
        {
            _to.WriteError(Errors.CallTimeout(_settings.Timeout!.Value, counts.Finished - counts.Canceled + _refused, notRun, _results.Ended));
        }
    }

    private bool Halts(long failed, long finished)
    {
        var refused = Interlocked.Read(ref _refused);
        return _settings.HaltOn!.Halts(failed + refused, finished + refused, _settings.Total);
    }

    private void CheckLimit()
    {
        if (_settings.HaltOn is { IsNever: false } && !_group.IsHalted)
        {
            var counts = _group.Counts;
            _isOverLimit = Halts(counts.Failed, counts.Finished);
        }
    }

    private void OnTimeIsUp()
    {
        _isOverTime = true;
        _group.Cancel(running: true);
        _group.Wake();
    }
}
