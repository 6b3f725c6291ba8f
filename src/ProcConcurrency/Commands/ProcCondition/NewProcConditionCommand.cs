using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Makes a condition over a lock: Python's <c>Condition(lock)</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcCondition")]
[OutputType(typeof(ProcCondition))]
public sealed class NewProcConditionCommand : NewObjectCommand
{
    /// <summary>The lock; a new recursive one where none is given.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [Takes<ProcObjectReference>]
    public ProcObjectReference? Lock { get; set; }

    private protected override ProcObject Create() => ProcCondition.Create(Port, Lock?.Resolve<ProcLock>("lock"), Name);
}
