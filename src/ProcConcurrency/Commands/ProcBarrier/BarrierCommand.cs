using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that changes a barrier.</summary>
public abstract class BarrierCommand : ProcCmdlet
{
    /// <summary>The barrier, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    public ProcObjectReference Barrier { get; set; } = null!;

    private protected sealed override void Process() => Change(Barrier.Resolve<ProcBarrier>("barrier"));

    private protected abstract void Change(ProcBarrier target);
}
