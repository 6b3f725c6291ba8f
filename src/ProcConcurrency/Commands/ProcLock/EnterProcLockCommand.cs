using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Enters a lock, or takes a place of a semaphore: Python's <c>acquire()</c>.</summary>
[Cmdlet(VerbsCommon.Enter, "ProcLock")]
[OutputType(typeof(ProcLock), typeof(ProcSemaphore), typeof(ProcCondition))]
public sealed class EnterProcLockCommand : WaitingCommand
{
    /// <summary>The lock, semaphore or condition, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Semaphore", "Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    [Takes<ProcObjectReference>]
    public ProcObjectReference Lock { get; set; } = null!;

    /// <summary>Write what was entered, for the next command of the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        LockEntry.Enter(LockEntry.Resolve(Lock, out var named, Timeout?.Limit), Timeout, held: false, WriteWarning, Canceled);
        if (PassThru)
        {
            WriteObject(named);
        }
    }
}
