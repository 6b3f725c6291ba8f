using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Set-Alias.</summary>
[Cmdlet(VerbsCommon.Set, "Alias", SupportsShouldProcess = true)]
[OutputType(typeof(AliasInfo))]
public sealed class SetAliasCommand : AliasWriteBase
{
    protected override void ProcessRecord() => Write();
}
