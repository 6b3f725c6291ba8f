using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Culture: the host's.</summary>
[Cmdlet(VerbsCommon.Get, "Culture")]
[OutputType(typeof(CultureInfo))]
public sealed class GetCultureCommand : PSCmdlet
{
    protected override void BeginProcessing() => WriteObject(Host.CurrentCulture);
}
