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
    [Takes<ProcObjectReference>]
    public ProcObjectReference Lock { get; set; } = null!;

    /// <summary>What to run. It runs in the caller's scope, as if it stood there.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Takes<ScriptBlock>]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    private protected override void End()
    {
        var target = LockEntry.Resolve(Lock, Timeout?.Limit);
        LockEntry.Enter(target, Timeout, held: true, WriteWarning, Canceled);
        var ended = false;
        try
        {
            BlockInvoker.Run(this, ScriptBlock);
            ended = true;
        }
        finally
        {
            Leave(target, ended);
        }
    }

    private static void Leave(ProcObject target, bool ended)
    {
        try
        {
            LockEntry.Exit(target, 1, held: true);
        }
        catch (Exception error) when (!ended && (error is LockNotHeldException or SemaphoreFullException or ObjectGoneException))
        {
            // A wait for its condition was stopped inside the block, and had given the lock up; or what ended the block is
            // what the caller has to know.
        }
    }
}
