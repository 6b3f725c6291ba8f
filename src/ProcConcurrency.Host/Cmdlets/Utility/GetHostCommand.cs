using System.Management.Automation;
using System.Management.Automation.Host;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Host.</summary>
[Cmdlet(VerbsCommon.Get, "Host")]
[OutputType(typeof(PSHost))]
public sealed class GetHostCommand : PSCmdlet
{
    protected override void BeginProcessing() => WriteObject(Host);
}
