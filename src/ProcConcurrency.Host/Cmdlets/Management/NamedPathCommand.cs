using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>A provider cmdlet that takes paths as arguments; the pipeline is for its value.</summary>
public abstract class NamedPathCommand : FilteredCommand
{
    private string[] _path = [];

    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipelineByPropertyName = true)]
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

    /// <summary>The path whose provider is asked for more parameters.</summary>
    protected string FirstPath => _path is { Length: > 0 } ? _path[0] : ".";
}
