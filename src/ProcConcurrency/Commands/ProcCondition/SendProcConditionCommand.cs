using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Wakes what waits at a condition, whose lock the caller holds: Python's <c>notify()</c> and <c>notify_all()</c>.</summary>
[Cmdlet(VerbsCommunications.Send, "ProcCondition", DefaultParameterSetName = CountSet)]
[OutputType(typeof(ProcCondition))]
public sealed class SendProcConditionCommand : PassingCommand
{
    private const string CountSet = "Count";

    /// <summary>The conditions, or their names (wildcards allowed).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Takes<ProcObjectReference>(Many = true)]
    public ProcObjectReference[] Condition { get; set; } = [];

    /// <summary>How many to wake at the most, those first that came first.</summary>
    [Parameter(ParameterSetName = CountSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Wake all.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    private protected override void Process()
    {
        foreach (var target in ProcObjectReference.ResolveAll<ProcCondition>(Condition, "condition", WriteError))
        {
            StepOf(target, Condition, () =>
            {
                target.Notify(All ? int.MaxValue : Count);
                Pass(target);
            });
        }
    }
}
