using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Set-Location: goes to another place.</summary>
[Cmdlet(VerbsCommon.Set, "Location", DefaultParameterSetName = "Path")]
[OutputType(typeof(PathInfo))]
public sealed class SetLocationCommand : LocationCommand
{
    private string? _path;

    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path
    {
        get => _path;
        set => _path = value;
    }

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
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

    [Parameter(ParameterSetName = "Stack", ValueFromPipelineByPropertyName = true)]
    public override string? StackName { get; set; }

    protected override void ProcessRecord() => Try(() =>
    {
        if (ParameterSetName == "Stack")
        {
            Report(SessionState.Path.SetDefaultLocationStack(StackName));
            return;
        }

        var path = string.IsNullOrEmpty(_path) ? SessionState.Provider.GetOne("FileSystem").Home : _path;
        Report(SessionAccess.SetLocation(SessionState.Path, path, NewContext(), Literal));
    });
}
