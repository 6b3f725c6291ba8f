using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Commands;

/// <summary>Runs a block while it holds a lock, or a place of a semaphore: Python's <c>with lock:</c>.</summary>
[Cmdlet(VerbsOther.Use, "ProcLock")]
[OutputType(typeof(object))]
public sealed class UseProcLockCommand : WaitingCommand
{
    /// <summary>The lock, semaphore or condition, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Semaphore", "Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    public ProcObjectReference Lock { get; set; } = null!;

    /// <summary>What to run. It runs in the caller's scope, as if it stood there.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    private protected override void End()
    {
        var target = LockEntry.Resolve(Lock);
        LockEntry.Enter(target, Timeout, held: true, WriteWarning, Canceled);
        try
        {
            BlockInvoker.Run(this, ScriptBlock);
        }
        finally
        {
            Leave(target);
        }
    }

    private void Leave(ProcObject target)
    {
        try
        {
            LockEntry.Exit(target, 1, held: true);
        }
        catch (LockNotHeldException) when (Canceled.IsCancellationRequested)
        {
            // A wait for its condition was stopped inside the block: that had given the lock up.
        }
    }
}
