using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>A cmdlet whose output is the paths it finds.</summary>
public abstract class ResolvedPathCommand : ProviderCommand
{
    private string[] _path = [];

    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path
    {
        get => _path;
        set => _path = value;
    }

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath
    {
        get => _path;
        set
        {
            Literal = true;
            _path = value;
        }
    }

    [Parameter]
    public override SwitchParameter Force { get; set; }

    protected abstract void Write(PathInfo found);

    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            Try(() =>
            {
                foreach (var found in SessionState.Path.GetResolvedPSPathFromPSPath(path, NewContext()))
                {
                    Write(found);
                }
            });
        }
    }
}
