using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Remove-PSDrive: removes drives from the session.</summary>
[Cmdlet(VerbsCommon.Remove, "PSDrive", DefaultParameterSetName = "Name", SupportsShouldProcess = true)]
public sealed class RemovePSDriveCommand : DriveCommand
{
    private string[] _name = [];

    [Parameter(Position = 0, ParameterSetName = "Name", Mandatory = true, ValueFromPipelineByPropertyName = true)]
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

    [Parameter]
    public override SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var drive in Name.SelectMany(name => Match(name, "DriveNotFound")))
        {
            if (!ShouldProcess($"Name: {drive.Name} Provider: {drive.Provider} Root: {drive.Root}", "Remove Drive"))
            {
                continue;
            }

            if (!Force && drive == SessionState.Drive.Current)
            {
                WriteInvalid($"Cannot remove drive '{drive.Name}' because it is in use.");
                continue;
            }

            Try(() => SessionState.Drive.Remove(drive.Name, Force, Scope, NewContext()));
        }
    }
}
