using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Location: where the session is.</summary>
[Cmdlet(VerbsCommon.Get, "Location")]
[OutputType(typeof(PathInfo))]
public sealed class GetLocationCommand : ProviderCommand
{
    protected override void ProcessRecord() => WriteObject(SessionState.Path.CurrentLocation);
}
