using System.Management.Automation;

namespace ProcConcurrency.Commands;

/// <summary>Writes how the module behaves in this session.</summary>
[Cmdlet(VerbsCommon.Get, "ProcOption")]
[OutputType(typeof(ProcOption))]
public sealed class GetProcOptionCommand : ProcCmdlet
{
    private protected override void End() => WriteObject(ProcOption.Now());
}
