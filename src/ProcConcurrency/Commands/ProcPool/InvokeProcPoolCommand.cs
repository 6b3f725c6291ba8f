using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>
/// Runs a block for each input in worker processes: Python's <c>Pool.map</c>, <c>imap</c> and <c>imap_unordered</c>
/// as one step of a pipeline. The pool lives as long as the pipeline.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "ProcPool")]
[OutputType(typeof(object))]
public sealed class InvokeProcPoolCommand : ProcCmdlet
{
    private const int MaxWorkers = 1024;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    private ValueContext _context = null!;
    private WorkerPool? _pool;
    private TaskGroup _group = null!;
    private TaskBlock? _block;
    private PoolProgress? _progress;
    private PoolOutput _output = null!;
    private PoolFormats _formats = null!;

    /// <summary>The block; the input is <c>$_</c> and its first argument.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>What to run it for.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>The most workers at a time.</summary>
    [Parameter]
    public int ThrottleLimit { get; set; } = System.Environment.ProcessorCount;

    /// <summary>Write results as they are ready, not in the order of the input.</summary>
    [Parameter]
    public SwitchParameter Unordered { get; set; }

    /// <summary>Further arguments of the block, after the input.</summary>
    [Parameter]
    [Alias("Args")]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>A block that each worker runs first, in its global scope.</summary>
    [Parameter]
    public ScriptBlock? InitializationScript { get; set; }

    /// <summary>Arguments of the initialization block.</summary>
    [Parameter]
    [AllowNull]
    public object?[]? InitializationArgumentList { get; set; }

    /// <summary>Modules that each worker imports first.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[]? Module { get; set; }

    /// <summary>The folder that workers start in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>Changes to the workers' environment; a null value takes a variable away.</summary>
    [Parameter]
    public IDictionary? Environment { get; set; }

    /// <summary>The PowerShell program that runs the workers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EnginePath { get; set; }

    /// <summary>Take processes that no call before has used, and keep none for the next.</summary>
    [Parameter]
    public SwitchParameter Fresh { get; set; }

    private protected override void Begin()
    {
        if (ThrottleLimit is < 1 or > MaxWorkers)
        {
            throw Errors.ThrottleLimitOutOfRange(ThrottleLimit, MaxWorkers);
        }

        _context = SessionValues.Context;
        var setup = new PoolSetup(this, new PoolSetup.Options
        {
            Initialization = InitializationScript,
            InitializationArguments = InitializationArgumentList,
            Modules = Module,
            WorkingDirectory = WorkingDirectory,
            Environment = Environment,
            EnginePath = EnginePath,
        });
        _block = new TaskBlock(SessionState, ScriptBlock, ArgumentList, mayLoad: setup.MayLoad);
        _formats = new PoolFormats(this);
        _output = new PoolOutput(this, PoolSetup.WorkerName);
        _pool = new WorkerPool(new PoolSettings { Size = ThrottleLimit, MinSize = 1, OnOutput = _output.Take }, setup.Source(Fresh));
        _output.Group = _group = _pool.Open(new TaskGroupSettings { Order = Unordered ? ResultOrder.Ready : ResultOrder.Input });
        _progress = new PoolProgress(this, _group);
    }

    private protected override void Process() => ShowingProgress(Take);

    private protected override void End() => ShowingProgress(Finish);

    // The pipeline's thread may never come back: .NET's console can hang in a question to the terminal, where a bar is drawn.
    private protected override void OnStopping() => _pool?.Abort();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _pool?.Dispose();
        _block?.Dispose();
        base.Dispose(disposing);
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
            _progress!.Complete();
            throw;
        }
    }

    private void Take()
    {
        try
        {
            var (payload, kept) = _block!.Encode(InputObject);
            _group.Add(_block.Definition, payload, InputObject, kept);
        }
        catch (ValueNotSerializableException error)
        {
            WriteError(Errors.NotSerializable(error, InputObject).Record);
            return;
        }

        Drain();
        while (_group.IsFull)
        {
            WaitAndDrain();
        }
    }

    private void Finish()
    {
        _pool!.MinSize = 0;
        _group.CompleteAdding();
        Drain();
        while (!_group.IsDrained)
        {
            WaitAndDrain();
        }

        // Its lines come another way than a worker's results, maybe later; with its end all are here.
        _pool.Dispose(keepsWorkers: !Fresh);
        _output.Write();
        _progress!.Complete();
    }

    private void WaitAndDrain()
    {
        _group.Wait(s_tick);
        Canceled.ThrowIfCancellationRequested();
        _output.Write();
        if (_block!.Definition.Failure is { } refusal)
        {
            throw new CallerException((ErrorRecord)new ValueReader(refusal, _context).Read()!);
        }

        if (_pool!.Failure is { } failure)
        {
            throw PoolFailures.ToException(failure);
        }

        Drain();
    }

    private void Drain()
    {
        _output.Write();
        while (_group.TryTake(out var result))
        {
            Canceled.ThrowIfCancellationRequested();
            if (result.Records is { } records)
            {
                Write(records, result.Task);
            }

            if (result.IsLast)
            {
                _formats.End(result.Task);
            }

            if (result.IsLast && result.Task.Crashes is [.., var crash])
            {
                WriteError(Errors.WorkerCrashed(result.Task.Tag, crash));
            }
        }

        if (_pool!.TakeWarning() is { } warning)
        {
            WriteWarning(warning);
        }

        _progress!.Update();
    }

    private void Write(byte[] records, PoolTask item)
    {
        var reader = new ValueReader(records, _context);
        var isOver = false;
        while (RecordCodec.TryRead(ref reader, item.Tag, ref isOver, out var read))
        {
            var (stream, record) = read;
            if (record is ErrorRecord error)
            {
                EngineInternals.Errors.SetTarget(error, item.Tag);
            }
            else if (record is ProgressRecord progress)
            {
                _progress!.Forward(progress);
                continue;
            }

            if (stream != RecordStream.Output || !_formats.TryWrite(item, record))
            {
                RecordWriter.Write(this, stream, record);
            }
        }
    }
}
