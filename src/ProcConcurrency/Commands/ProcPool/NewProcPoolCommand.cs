using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency.Commands;

/// <summary>Makes a pool whose workers live from call to call: Python's <c>Pool(n, initializer, initargs, maxtasksperchild)</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcPool")]
[OutputType(typeof(ProcPool))]
public sealed class NewProcPoolCommand : WorkersCommand
{
    /// <summary>The most workers at a time.</summary>
    [Parameter(Position = 0)]
    public int Size { get; set; } = System.Environment.ProcessorCount;

    /// <summary>How many start at once and stay though they have nothing to do; all, where -IdleTimeout isn't given.</summary>
    [Parameter]
    public int MinSize { get; set; }

    /// <summary>A name, by which the pool can be found as long as it lives.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <inheritdoc/>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public override int MaxTasksPerWorker { get; set; }

    /// <inheritdoc/>
    [Parameter]
    public override long MaxWorkerMemory { get; set; }

    /// <summary>After how long a worker with nothing to do ends, as long as -MinSize stay.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? IdleTimeout { get; set; }

    private protected override void Begin()
    {
        CheckHosts();
        if (Size is < 1 or > ProcPool.MaxSize)
        {
            throw Errors.PoolSizeOutOfRange("-Size", Size, 1, ProcPool.MaxSize);
        }

        CheckWorkerMemory();
        var hosts = IsRemote ? new HostSet(Targets(), Size, Places.ForHosts(ConnectThrottle)) : null;
        var size = hosts?.Size ?? Size;
        if (MinSize < 0 || MinSize > size)
        {
            throw Errors.PoolSizeOutOfRange("-MinSize", MinSize, 0, size);
        }

        var setup = Setup(hosts);
        var settings = PoolSettings(size, MyInvocation.BoundParameters.ContainsKey(nameof(MinSize)) || IdleTimeout is not null ? MinSize : size) with { IdleTimeout = IdleTimeout?.Limit };
        WriteObject(PoolTable.Make(Name, name => new ProcPool(name, new PoolCore(settings, setup.Source(fresh: true)) { MayLoad = setup.MayLoad })));
    }
}
