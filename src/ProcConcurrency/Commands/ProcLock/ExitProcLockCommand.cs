using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Leaves a lock, or gives places of a semaphore back: Python's <c>release()</c>.</summary>
[Cmdlet(VerbsCommon.Exit, "ProcLock")]
[OutputType(typeof(ProcLock), typeof(ProcSemaphore), typeof(ProcCondition))]
public sealed class ExitProcLockCommand : PassingCommand
{
    /// <summary>The locks, semaphores or conditions, or their names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Semaphore", "Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNullOrEmpty]
    [Takes<ProcObjectReference>(Many = true)]
    public ProcObjectReference[] Lock { get; set; } = [];

    /// <summary>How often to leave a recursive lock, or how many places to give back.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    private protected override void Process()
    {
        foreach (var target in Lock)
        {
            Exit(target);
        }
    }

    private void Exit(ProcObjectReference target)
    {
        try
        {
            var held = LockEntry.Resolve(target, out var named);
            StepOf(named, Lock, () =>
            {
                LockEntry.Exit(held, Count, held: false);
                Pass(named);
            });
        }
        catch (Exception error) when ((MyInvocation.ExpectingInput || Lock.Length > 1) && ((error as CallerException)?.Record ?? Errors.OfHub(error)) is { } record)
        {
            // The others are to be left all the same.
            WriteError(record);
        }
    }
}
