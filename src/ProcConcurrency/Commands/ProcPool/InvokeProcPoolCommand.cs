using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>
/// Runs a block for each input in worker processes: Python's <c>Pool.map</c>, <c>imap</c> and <c>imap_unordered</c>
/// as one step of a pipeline. The pool lives as long as the pipeline.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "ProcPool", DefaultParameterSetName = OwnWorkers)]
[OutputType(typeof(object))]
[OutputType(typeof(ProcPoolResult))]
[OutputType(typeof(ProcPoolJob))]
public sealed partial class InvokeProcPoolCommand : WorkersCommand
{
    // A set of their own without -Pool would make PowerShell say that they are ambiguous, and name none.
    private static readonly string[] s_ofOwnWorkers =
    [
        nameof(InitializationScript), nameof(InitializationArgumentList), nameof(Module), nameof(WorkingDirectory), nameof(Environment), nameof(EnginePath),
        nameof(MaxTasksPerWorker), nameof(MaxWorkerMemory), nameof(Fresh),
    ];

    // Of -OnEachHost: what goes to the hosts, and, by true, to this machine.
    private readonly Dictionary<bool, TaskDefinition> _ofHosts = [];

    private IPoolRun? _run;

    // The run, where it takes inputs.
    private PoolCall? _call;

    // Once it follows the run, which is the job's then.
    private ProcPoolJob? _job;
    private bool _isFinished;

    private bool HasArray => !MyInvocation.ExpectingInput && MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));

    private protected override void Begin()
    {
        CheckHosts();
        if (!OnEachHost && !MyInvocation.ExpectingInput && !HasArray)
        {
            throw Errors.NoInput(IsRemote);
        }

        CheckRanges();
        if (Pool is not null)
        {
            CheckPool();
        }

        var companions = new Companions(SessionState, Variable, Function);
        var job = AsJob ? new ProcPoolJob(ScriptBlock.ToString(), IsRemote ? string.Join(',', HostName!) : RemoteTarget.ThisMachine) : null;
        var to = job?.To ?? new CallOutput((stream, record) => RecordWriter.Write(this, stream, record), WriteError);
        if (OnEachHost)
        {
            BeginOnEachHost(companions, to);
        }
        else
        {
            BeginCall(companions, to);
        }

        job?.Follow(_run!, Resume ? LogPath : null);
        _job = job;
    }

    private void BeginCall(Companions companions, CallOutput to)
    {
        var pool = Pool?.Single();
        var hosts = pool is null && IsRemote ? new HostSet(Targets(), ThrottleLimit, Places.ForHosts(ConnectThrottle)) : null;
        var setup = pool is null ? Setup(hosts) : null;
        var block = Block(companions, pool?.Core.Values ?? SessionValues.For(hosts), setup?.MayLoad ?? pool!.Core.MayLoad, pool?.Core.PlaceFor(this));
        CallLog? log = null;
        try
        {
            log = OpenLog(companions);
            _call = pool is null ? PoolCall.WithWorkers(Settings(), PoolSettings(hosts?.Size ?? ThrottleLimit, minSize: 1), setup!.Source(Fresh), block, log, to) : PoolCall.Of(pool, Settings(), block, log, to);
            _run = _call;
        }
        catch
        {
            log?.Dispose();
            block.Dispose();
            throw;
        }
    }

    private TaskBlock Block(Companions companions, ValueContext values, bool mayLoad, TaskPlace? place = null) =>
        new(SessionState, values, ScriptBlock, ArgumentList, HaltOn is { IsNever: false } ? TaskForm.EndsBatchByError : TaskForm.InputOnly, mayLoad, place, extend: collector => collector.Take(companions.Functions, companions.Variables));

    private void BeginOnEachHost(Companions companions, CallOutput to)
    {
        var targets = IsRemote ? Targets() : throw Errors.NoHostForEach();
        var throttle = Places.ForHosts(ConnectThrottle);

        // Each connects as soon as it is there: whatever goes wrong with a later one ends it.
        var each = new EachHostCall(to, HaltOn is { IsNever: true } ? null : HaltOn);
        _run = each;
        for (var index = 0; index < targets.Count; index++)
        {
            Canceled.ThrowIfCancellationRequested();
            BeginOn(each, targets[index], throttle, index, companions);
        }
    }

    /// <summary>Begins the call of one host, unless the log says that it has been done.</summary>
    private void BeginOn(EachHostCall each, RemoteTarget? target, Places throttle, int index, Companions companions)
    {
        var name = target?.Name ?? RemoteTarget.ThisMachine;
        var hosts = new HostSet([target], perHost: 1, throttle);
        CallLog? log = null;
        TaskBlock? block = null;
        try
        {
            var setup = Setup(hosts);
            block = BlockFor(target, companions, setup.MayLoad);

            // Each call writes to the log by itself, as calls of several sessions may.
            log = OpenLog(companions);
            if (log is null || log.ItemOf(index, name) is not null)
            {
                each.Add(name, PoolCall.WithWorkers(each.Part(Settings(), target?.Name, index), PoolSettings(1, minSize: 1), setup.Source(fresh: true), block, log, each.OutputOf(name)));
                return;
            }
        }
        catch
        {
            log?.Dispose();
            block?.Dispose();
            hosts.Dispose();
            throw;
        }

        each.Skip();
        log.Dispose();
        block.Dispose();
        hosts.Dispose();
    }

    /// <summary>What goes to one host goes to all: it is collected and encoded once, and once for this machine.</summary>
    private TaskBlock BlockFor(RemoteTarget? target, Companions companions, bool mayLoad)
    {
        var values = SessionValues.For(target?.Name);
        if (_ofHosts.TryGetValue(target is null, out var known))
        {
            return new TaskBlock(SessionState, values, known.Copy());
        }

        var block = Block(companions, values, mayLoad);
        _ofHosts.Add(target is null, block.Definition);
        return block;
    }

    private protected override void Process()
    {
        if (_isFinished || _call is null)
        {
            return;
        }

        ShowingProgress(() =>
        {
            if (HasArray && InputObject is not null && Elements(InputObject) is { } elements)
            {
                foreach (var element in elements)
                {
                    Take(element);
                    if (_call.IsCutShort)
                    {
                        _call.IsLeftUnread = true;
                        return;
                    }
                }
            }
            else
            {
                Take(InputObject);
            }
        });
        if (_call.IsCutShort && MyInvocation.ExpectingInput)
        {
            // Nothing more is read, and whoever reads from here is told the end, as by Select-Object -First.
            _call.IsLeftUnread = true;
            End();
            if (EngineInternals.Upstream.Stop(this) is { } stop)
            {
                throw stop;
            }
        }
    }

    private protected override void End()
    {
        if (!_isFinished)
        {
            _isFinished = true;
            if (_job is not null)
            {
                _job.EndInput();
                WriteObject(_job);
                return;
            }

            ShowingProgress(() =>
            {
                _run!.Complete();
                _run.Follow(Canceled);
            });
            if (Resume)
            {
                WriteVerbose(PoolCall.Describe(_run!.Skipped, LogPath!));
            }
        }
    }

    // The pipeline's thread may never come back: .NET's console can hang in a question to the terminal, where a bar is drawn.
    private protected override void OnStopping()
    {
        if (_job is null || !_isFinished)
        {
            _run?.Abort();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_job is null)
        {
            _run?.Dispose();
        }
        else if (!_isFinished)
        {
            // Nobody has got it.
            _job.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The elements of an array that was given by the parameter; null where it is one input: a text, a dictionary, a shared object.</summary>
    private static IEnumerable<object?>? Elements(PSObject input) =>
        input.BaseObject is ProcObject ? null : LanguagePrimitives.GetEnumerable(input)?.Cast<object?>();

    private CallSettings Settings() => new()
    {
        Task = new TaskOptions
        {
            Timeout = TaskTimeout?.RunLimit,
            RetryCount = RetryCount,
            RetryDelay = RetryDelay?.Value ?? TimeSpan.Zero,
            BatchSize = BatchSize > 0 ? BatchSize : null,
        },
        IsUnordered = Unordered,
        MaxWorkers = Pool is not null && MyInvocation.BoundParameters.ContainsKey(nameof(ThrottleLimit)) ? ThrottleLimit : int.MaxValue,
        Timeout = Timeout?.RunLimit,
        HaltOn = HaltOn,
        HaltsNow = HaltNow,
        IsDetailed = Detailed,
        Total = TotalCount > 0 ? TotalCount : HasArray && InputObject?.BaseObject is ICollection array and not (IDictionary or ProcObject) ? array.Count : null,
        KeepsWorkers = !Fresh,
    };

    private CallLog? OpenLog(Companions companions)
    {
        if (LogPath is null)
        {
            return Resume ? throw Errors.LogMissing() : null;
        }

        var keys = new ResumeKey(SessionState, ScriptBlock, ArgumentList, companions.Variables);
        return new CallLog(TimelineFile.Resolve(this, LogPath), Resume, keys, TaskTimeout?.RunLimit);
    }

    private void CheckRanges()
    {
        if (ThrottleLimit is < 1 or > ProcPool.MaxSize)
        {
            throw Errors.ThrottleLimitOutOfRange(ThrottleLimit, ProcPool.MaxSize);
        }

        Check(nameof(RetryCount), RetryCount, 0, "how many more attempts follow one that fails, 0 or more");
        Check(nameof(BatchSize), BatchSize, 1, "how many inputs travel to a worker together, 1 or more");
        Check(nameof(TotalCount), TotalCount, 0, "how many inputs come, 0 or more");
        Check(nameof(MaxTasksPerWorker), MaxTasksPerWorker, 1, "how many tasks a worker does, 1 or more");
        CheckWorkerMemory();
        Errors.CheckRetryDelay(RetryDelay);
    }

    private void CheckPool()
    {
        if (IsRemote)
        {
            throw Errors.HostNameWithPool();
        }

        var given = s_ofOwnWorkers.Where(MyInvocation.BoundParameters.ContainsKey).ToArray();
        if (given.Length > 0)
        {
            throw Errors.WorkerSettingWithPool(given);
        }
    }

    private void Check(string parameter, long value, long least, string range)
    {
        if (value < least && MyInvocation.BoundParameters.ContainsKey(parameter))
        {
            throw Errors.OutOfRange(parameter, value, range);
        }
    }

    /// <summary>Takes the bar away where a step ends early, too: by an error, or because Select-Object has enough.</summary>
    private void ShowingProgress(Action step)
    {
        try
        {
            step();
        }
        catch when (!Canceled.IsCancellationRequested)
        {
            _run!.HideProgress();
            throw;
        }
    }

    private void Take(object? input)
    {
        _call!.Add(input);
        if (_job is not null)
        {
            return;
        }

        _call.Drain(Canceled);
        while (_call.IsFull && !_call.IsCutShort)
        {
            _call.WaitAndDrain(Canceled);
        }
    }
}
