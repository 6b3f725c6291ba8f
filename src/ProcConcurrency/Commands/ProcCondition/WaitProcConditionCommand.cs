using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Waits at a condition, whose lock the caller holds: Python's <c>wait()</c> and <c>wait_for()</c>.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ProcCondition")]
[OutputType(typeof(ProcCondition))]
public sealed class WaitProcConditionCommand : WaitingCommand
{
    /// <summary>The condition, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    [Takes<ProcObjectReference>]
    public ProcObjectReference Condition { get; set; } = null!;

    /// <summary>What must hold: looked at first, and whenever woken, with the lock held.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [Takes<ScriptBlock>]
    public ScriptBlock? Until { get; set; }

    /// <summary>Write the condition, for the next command of the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        var target = Condition.Resolve<ProcCondition>("condition", Timeout?.Limit);
        var entered = LockEntry.LockOf(target, Timeout?.Limit);

        // What the entry told is not told again.
        var told = entered.AbandonedBy;
        bool woken;
        if (Until is null)
        {
            woken = target.Wait(Timeout?.Limit, Canceled);
            Tell();
        }
        else
        {
            woken = target.WaitUntil(
                () =>
                {
                    Tell();
                    return BlockInvoker.Test(this, Until);
                },
                Timeout?.Limit,
                Canceled);
        }

        if (!woken)
        {
            throw Errors.ObjectWaitTimeout(target, Timeout!.Value);
        }

        if (PassThru)
        {
            WriteObject(target);
        }

        // The lock came back by each wait, perhaps from one who had died.
        void Tell()
        {
            if (entered.AbandonedBy is { } death && !ReferenceEquals(death, told))
            {
                told = death;
                LockEntry.Tell(entered, death, WriteWarning);
            }
        }
    }
}
