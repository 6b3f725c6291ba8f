using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that gives tasks to a pool.</summary>
public abstract class SubmitCommand : ProcCmdlet
{
    private readonly Lazy<TaskOptions> _options;
    private TaskBlock? _block;
    private string _command = string.Empty;
    private ProcPool _pool = null!;

    /// <summary>Makes the cmdlet.</summary>
    private protected SubmitCommand() => _options = new(() => new TaskOptions
    {
        Timeout = TaskTimeout?.RunLimit,
        RetryCount = RetryCount,
        RetryDelay = RetryDelay?.Value ?? TimeSpan.Zero,
        Priority = Priority,
    });

    /// <summary>What the task runs.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Takes<ScriptBlock>(Advice = "give code in braces, such as { ./script.ps1 $_ }")]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>The pool, or its name; without it the session's own, made when it is first needed.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ProcPoolNameCompleter))]
    [ValidateNotNull]
    [SupportsWildcards]
    [Takes<ProcPoolReference>]
    public ProcPoolReference? Pool { get; set; }

    /// <summary>The block's <c>$_</c> and first argument; each is a task.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>Arguments of the block, by position.</summary>
    [Parameter]
    [Alias("Args")]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Arguments of the block, by name.</summary>
    [Parameter]
    [AllowNull]
    public IDictionary? Parameters { get; set; }

    /// <summary>How long an attempt may run, from its own start; its worker is ended then, with all below it.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? TaskTimeout { get; set; }

    /// <summary>How many more attempts follow one that fails.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int RetryCount { get; set; }

    /// <summary>About how long to wait before another attempt: from half of it to one and a half.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? RetryDelay { get; set; }

    /// <summary>Tasks with a higher one go first.</summary>
    [Parameter]
    public int Priority { get; set; }

    /// <summary>A name for the task.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    private bool HasInput => MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));

    private protected override void Begin()
    {
        Errors.CheckRetryDelay(RetryDelay);
        _pool = Pool?.Single() ?? PoolTable.Default(MakeDefault);
        _command = ScriptBlock.ToString();
        var form = TaskForm.OwnArguments | (HasInput ? TaskForm.InputOnly : TaskForm.NoInput);
        _block = _pool.Core.Blocks.Take(SessionState, ScriptBlock, form, _pool.Core.MayLoad, _pool.Core.PlaceFor(this));
    }

    /// <summary>Gives one task to the pool; null where its input can't travel, which is told.</summary>
    /// <param name="callbacks">What is run when it is over; null for nothing.</param>
    /// <param name="isAttended">This thread waits for it next: see <see cref="ProcTask.Attend"/>.</param>
    private protected ProcTask? Submit(Callbacks? callbacks = null, bool isAttended = false)
    {
        var task = new ProcTask(_pool, _command, Name)
        {
            Label = Name ?? PoolHistory.TextOf(InputObject),
            Callbacks = callbacks,
        };
        if (isAttended)
        {
            task.Attend();
        }

        byte[] payload;
        ProcObject[]? kept;
        try
        {
            (payload, kept) = _block!.Encode(InputObject, ArgumentList, Parameters);
        }
        catch (ValueNotSerializableException error)
        {
            WriteError(Errors.NotSerializable(error, InputObject).Record);
            return null;
        }

        try
        {
            _pool.Core.Submit(task, _block.Definition, payload, kept, _options.Value);
            return task;
        }
        catch (InvalidOperationException)
        {
            throw Errors.PoolClosed(_pool);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _block?.Dispose();
        base.Dispose(disposing);
    }

    // Its workers start in a folder that is there as long as the session is: the one where it was made may be removed.
    private ProcPool MakeDefault(string name) => new(
        name,
        new PoolCore(
            new PoolSettings { Size = Environment.ProcessorCount, IdleTimeout = WarmWorkers.Keeper.IdleTimeout },
            new PoolSetup(this, new PoolSetup.Options { WorkingDirectory = AppContext.BaseDirectory }).Source(fresh: true))
        {
            FollowsCaller = true,
        });
}
