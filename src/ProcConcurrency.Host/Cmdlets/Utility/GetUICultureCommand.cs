using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-UICulture: the host's.</summary>
[Cmdlet(VerbsCommon.Get, "UICulture")]
[OutputType(typeof(CultureInfo))]
public sealed class GetUICultureCommand : PSCmdlet
{
    protected override void BeginProcessing() => WriteObject(Host.CurrentUICulture);
}
