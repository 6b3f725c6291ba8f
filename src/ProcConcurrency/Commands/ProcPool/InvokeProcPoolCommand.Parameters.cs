using System.Management.Automation;
using ProcConcurrency.Commands.Binding;

namespace ProcConcurrency.Commands;

/// <summary>What can be asked of it.</summary>
public sealed partial class InvokeProcPoolCommand
{
    private const string OwnWorkers = "Workers";
    private const string EachHost = "EachHost";

    /// <summary>The block; the input is <c>$_</c> and its first argument.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Parallel")]
    [Takes<ScriptBlock>(Advice = "give code in braces, such as { ./script.ps1 $_ }")]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>What to run it for. Were it mandatory, PowerShell would ask for one where -OnEachHost is what was forgotten.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = OwnWorkers)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>The most workers at a time.</summary>
    [Parameter(ParameterSetName = OwnWorkers)]
    public int ThrottleLimit { get; set; } = System.Environment.ProcessorCount;

    /// <summary>Write results as they are ready, not in the order of the input.</summary>
    [Parameter(ParameterSetName = OwnWorkers)]
    public SwitchParameter Unordered { get; set; }

    /// <summary>Further arguments of the block, after the input.</summary>
    [Parameter]
    [Alias("Args")]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Variables that go along beside those that the block names by $using: their names, patterns, or a dictionary of names and values.</summary>
    [Parameter]
    [Alias("Variables")]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    [SupportsWildcards]
    public object?[]? Variable { get; set; }

    /// <summary>Functions that go along beside those that the block calls by their names: names or patterns.</summary>
    [Parameter]
    [Alias("Functions")]
    [ArgumentCompleter(typeof(FunctionNameCompleter))]
    [SupportsWildcards]
    public string[]? Function { get; set; }

    /// <summary>How long an item may run, from the start of its task; its worker is ended then, with all below it.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? TaskTimeout { get; set; }

    /// <summary>How many more attempts follow one that fails.</summary>
    [Parameter]
    public int RetryCount { get; set; }

    /// <summary>About how long to wait before another attempt: from half of it to one and a half.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? RetryDelay { get; set; }

    /// <summary>After how long what is unfinished is ended.</summary>
    [Parameter]
    [Alias("TimeoutSeconds")]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    /// <summary>How many failures end the run: Never, FirstError, a number, or a share such as 10%.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChoiceCompleter<HaltLimit>))]
    [ValidateNotNull]
    [Takes<HaltLimit>]
    public HaltLimit? HaltOn { get; set; }

    /// <summary>End what runs, too, where -HaltOn ends the run.</summary>
    [Parameter]
    public SwitchParameter HaltNow { get; set; }

    /// <summary>Write a record for each item: its output, its errors, what became of it.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>A file to which a line of JSON is written for each attempt at an item.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FilePathCompleter))]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Skip the inputs that the log says have been done.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>How many inputs come, for the progress bar.</summary>
    [Parameter(ParameterSetName = OwnWorkers)]
    public long TotalCount { get; set; }

    /// <summary>How many inputs travel to a worker together; without it what is measured to be best.</summary>
    [Parameter(ParameterSetName = OwnWorkers)]
    public int BatchSize { get; set; }

    /// <inheritdoc/>
    [Parameter(ParameterSetName = OwnWorkers)]
    public override int MaxTasksPerWorker { get; set; }

    /// <inheritdoc/>
    [Parameter(ParameterSetName = OwnWorkers)]
    public override long MaxWorkerMemory { get; set; }

    /// <summary>Return a job that goes on in the background.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Run the block once on every host of -HostName; the host's name is $_.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EachHost)]
    public SwitchParameter OnEachHost { get; set; }

    /// <summary>The pool whose workers run it, or its name; without it the call has workers of its own.</summary>
    [Parameter(ParameterSetName = OwnWorkers)]
    [ArgumentCompleter(typeof(ProcPoolNameCompleter))]
    [ValidateNotNull]
    [SupportsWildcards]
    [Takes<ProcPoolReference>]
    public ProcPoolReference? Pool { get; set; }

    /// <summary>Take processes that no call before has used, and keep none for the next.</summary>
    [Parameter(ParameterSetName = OwnWorkers)]
    public SwitchParameter Fresh { get; set; }
}
