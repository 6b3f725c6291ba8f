using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Commands;

/// <summary>Takes a shared object out of its hub, whoever still has handles to it.</summary>
[Cmdlet(VerbsCommon.Remove, "ProcObject", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveProcObjectCommand : ProcCmdlet
{
    /// <summary>The objects, their names (wildcards allowed), or what Get-ProcObject tells of them.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Takes<ProcObjectReference>(Many = true)]
    public ProcObjectReference[] InputObject { get; set; } = [];

    private protected override void Process()
    {
        foreach (var target in ProcObjectReference.ResolveAll<ProcObject>(InputObject, "shared object", WriteError))
        {
            if (ShouldProcess(target.ToString(), "Remove"))
            {
                StepOf(target, InputObject, target.Remove);
            }
        }
    }
}
