using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that says how a pool's workers are set up, and how long each of them is used.</summary>
public abstract class WorkersCommand : HostCmdlet
{
    /// <summary>A block that each worker runs first, in its global scope.</summary>
    [Parameter]
    [Takes<ScriptBlock>]
    public ScriptBlock? InitializationScript { get; set; }

    /// <summary>Arguments of the initialization block.</summary>
    [Parameter]
    [AllowNull]
    public object?[]? InitializationArgumentList { get; set; }

    /// <summary>Modules that each worker imports first.</summary>
    [Parameter]
    [Alias("ModuleNames")]
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
    [ArgumentCompleter(typeof(EnginePathCompleter))]
    [ValidateNotNullOrEmpty]
    public string? EnginePath { get; set; }

    /// <summary>How many tasks a worker does before another takes its place.</summary>
    public abstract int MaxTasksPerWorker { get; set; }

    /// <summary>With how much memory, in bytes, a worker is replaced between two tasks.</summary>
    public abstract long MaxWorkerMemory { get; set; }

    private protected override string? RemoteEngine => EnginePath;

    /// <summary>Refuses a limit of memory that no worker can keep.</summary>
    private protected void CheckWorkerMemory()
    {
        if (MyInvocation.BoundParameters.ContainsKey(nameof(MaxWorkerMemory)))
        {
            Errors.CheckWorkerMemory(MaxWorkerMemory);
        }
    }

    /// <summary>How workers are set up.</summary>
    /// <param name="hosts">Where they run; null for this machine alone.</param>
    private protected PoolSetup Setup(HostSet? hosts) => new(this, new PoolSetup.Options
    {
        Initialization = InitializationScript,
        InitializationArguments = InitializationArgumentList,
        Modules = Module,
        WorkingDirectory = WorkingDirectory,
        Environment = Environment,
        EnginePath = EnginePath,
        ReportsMemory = MaxWorkerMemory > 0,
        Hosts = hosts,
    });

    /// <summary>How many workers there are, and how long each is used.</summary>
    /// <param name="size">The most at a time.</param>
    /// <param name="minSize">How many stay though they have nothing to do.</param>
    private protected PoolSettings PoolSettings(int size, int minSize) => new()
    {
        Size = size,
        MinSize = minSize,
        MaxTasksPerWorker = MaxTasksPerWorker > 0 ? MaxTasksPerWorker : null,
        MaxWorkerMemory = MaxWorkerMemory > 0 ? MaxWorkerMemory : null,
    };
}
