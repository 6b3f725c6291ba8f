using System.Diagnostics;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Process: the processes of this machine.</summary>
[Cmdlet(VerbsCommon.Get, "Process", DefaultParameterSetName = "Name")]
[OutputType(typeof(Process))]
public sealed class GetProcessCommand : ProcessCommand
{
    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get; set; }

    [Parameter(ParameterSetName = "Id", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PID")]
    public int[] Id { get; set; } = [];

    [Parameter(ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)]
    public Process[] InputObject { get; set; } = [];

    protected override void ProcessRecord() => WriteObject(ParameterSetName switch
    {
        "Id" => ById(Id),
        "InputObject" => InputObject,
        _ => ByName(Name ?? ["*"]),
    }, enumerateCollection: true);
}
