using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Waits at a barrier until all parties are there.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ProcBarrier")]
[OutputType(typeof(int))]
public sealed class WaitProcBarrierCommand : WaitingCommand
{
    /// <summary>The barrier, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    [Takes<ProcObjectReference>]
    public ProcObjectReference Barrier { get; set; } = null!;

    private protected override void Process() =>
        WriteObject(Barrier.Resolve<ProcBarrier>("barrier", Timeout?.Limit).Wait(Timeout?.Limit, Run, Canceled));

    private void Run(object? action)
    {
        // What the action writes is dropped: the output of this cmdlet is the number.
        foreach (var record in InvokeCommand.InvokeScript(useLocalScope: true, (ScriptBlock)action!, null, []))
        {
            WriteVerbose($"{record}");
        }
    }
}
