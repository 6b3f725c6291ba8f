using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-PSDrive: the drives of the session.</summary>
[Cmdlet(VerbsCommon.Get, "PSDrive", DefaultParameterSetName = "Name")]
[OutputType(typeof(PSDriveInfo))]
public sealed class GetPSDriveCommand : DriveCommand
{
    private string[] _name = ["*"];

    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    public string[] Name
    {
        get => _name;
        set => _name = value;
    }

    [Parameter(Position = 0, ParameterSetName = "LiteralName", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] LiteralName
    {
        get => _name;
        set
        {
            Literal = true;
            _name = value;
        }
    }

    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            WriteObject(Match(name, "GetLocationNoMatchingDrive"), enumerateCollection: true);
        }
    }
}
