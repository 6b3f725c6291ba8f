using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Leaves a lock, or gives places of a semaphore back: Python's <c>release()</c>.</summary>
[Cmdlet(VerbsCommon.Exit, "ProcLock")]
[OutputType(typeof(ProcLock), typeof(ProcSemaphore), typeof(ProcCondition))]
public sealed class ExitProcLockCommand : PassingCommand
{
    /// <summary>The lock, semaphore or condition, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Semaphore", "Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    [Takes<ProcObjectReference>]
    public ProcObjectReference Lock { get; set; } = null!;

    /// <summary>How often to leave a recursive lock, or how many places to give back.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    private protected override void Process()
    {
        LockEntry.Exit(LockEntry.Resolve(Lock, out var named), Count, held: false);
        Pass(named);
    }
}
