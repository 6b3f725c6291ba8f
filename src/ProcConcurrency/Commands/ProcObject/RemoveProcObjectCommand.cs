using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Commands;

/// <summary>Takes a shared object out of its hub, whoever still has handles to it.</summary>
[Cmdlet(VerbsCommon.Remove, "ProcObject", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveProcObjectCommand : ProcCmdlet
{
    /// <summary>The object, its name, or what Get-ProcObject tells of it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    public ProcObjectReference InputObject { get; set; } = null!;

    private protected override void Process()
    {
        var target = InputObject.Resolve<ProcObject>("shared object");
        if (ShouldProcess(target.ToString(), "Remove"))
        {
            target.Remove();
        }
    }
}
