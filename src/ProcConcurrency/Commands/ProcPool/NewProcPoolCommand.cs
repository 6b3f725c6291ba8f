using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency.Commands;

/// <summary>Makes a pool whose workers live from call to call: Python's <c>Pool(n, initializer, initargs, maxtasksperchild)</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcPool")]
[OutputType(typeof(ProcPool))]
public sealed class NewProcPoolCommand : HostCmdlet
{
    /// <summary>The most workers at a time.</summary>
    [Parameter(Position = 0)]
    public int Size { get; set; } = System.Environment.ProcessorCount;

    /// <summary>How many start at once and stay though they have nothing to do; all, where -IdleTimeout isn't given.</summary>
    [Parameter]
    public int MinSize { get; set; } = -1;

    /// <summary>A name, by which the pool can be found as long as it lives.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

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
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[]? Module { get; set; }

    /// <summary>How many tasks a worker does before another takes its place.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxTasksPerWorker { get; set; }

    /// <summary>With how much memory, in bytes, a worker is replaced between two tasks.</summary>
    [Parameter]
    public long MaxWorkerMemory { get; set; }

    /// <summary>After how long a worker with nothing to do ends, as long as -MinSize stay.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? IdleTimeout { get; set; }

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

    private protected override string? RemoteEngine => EnginePath;

    private protected override void Begin()
    {
        CheckHosts();
        if (Size is < 1 or > ProcPool.MaxSize)
        {
            throw Errors.PoolSizeOutOfRange("-Size", Size, 1, ProcPool.MaxSize);
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(MaxWorkerMemory)))
        {
            Errors.CheckWorkerMemory(MaxWorkerMemory);
        }

        var hosts = IsRemote ? new HostSet(Targets(), Size, Places.ForHosts(ConnectThrottle)) : null;
        var size = hosts?.Size ?? Size;
        if (MinSize < -1 || MinSize > size)
        {
            throw Errors.PoolSizeOutOfRange("-MinSize", MinSize, 0, size);
        }

        var setup = new PoolSetup(this, new PoolSetup.Options
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
        var settings = new PoolSettings
        {
            Size = size,
            MinSize = MinSize >= 0 ? MinSize : IdleTimeout is null ? size : 0,
            MaxTasksPerWorker = MaxTasksPerWorker > 0 ? MaxTasksPerWorker : null,
            MaxWorkerMemory = MaxWorkerMemory > 0 ? MaxWorkerMemory : null,
            IdleTimeout = IdleTimeout?.Limit,
        };
        WriteObject(PoolTable.Make(Name, name => new ProcPool(name, new PoolCore(settings, setup.Source(fresh: true)) { MayLoad = setup.MayLoad })));
    }
}
