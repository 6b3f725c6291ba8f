using System.Management.Automation;
using ProcConcurrency.Commands.Binding;

namespace ProcConcurrency.Commands;

/// <summary>Enters a lock, or takes a place of a semaphore: Python's <c>acquire()</c>.</summary>
[Cmdlet(VerbsCommon.Enter, "ProcLock")]
[OutputType(typeof(void))]
public sealed class EnterProcLockCommand : WaitingCommand
{
    /// <summary>The lock, semaphore or condition, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Semaphore", "Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    [Takes<ProcObjectReference>]
    public ProcObjectReference Lock { get; set; } = null!;

    private protected override void Process() => LockEntry.Enter(LockEntry.Resolve(Lock), Timeout, held: false, WriteWarning, Canceled);
}
