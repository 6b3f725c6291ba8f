using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Push-Location: goes to another place, and remembers the way back.</summary>
[Cmdlet(VerbsCommon.Push, "Location", DefaultParameterSetName = "Path")]
[OutputType(typeof(PathInfo))]
public sealed class PushLocationCommand : LocationCommand
{
    private string? _path;

    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path
    {
        get => _path;
        set => _path = value;
    }

    [Parameter(ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string? LiteralPath
    {
        get => _path;
        set
        {
            Literal = true;
            _path = value;
        }
    }

    protected override void ProcessRecord()
    {
        SessionState.Path.PushCurrentLocation(StackName);
        if (_path is { Length: > 0 } path)
        {
            Try(() => Report(SessionAccess.SetLocation(SessionState.Path, path, NewContext(), Literal)));
        }
    }
}
