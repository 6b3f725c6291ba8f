using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Join-Path: one path of several parts.</summary>
[Cmdlet(VerbsCommon.Join, "Path")]
[OutputType(typeof(string))]
public sealed class JoinPathCommand : ProviderCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    public string[] Path { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[]? ChildPath { get; set; }

    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true, ValueFromRemainingArguments = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[]? AdditionalChildPath { get; set; }

    [Parameter]
    public SwitchParameter Resolve { get; set; }

    protected override void ProcessRecord()
    {
        var child = "";
        foreach (var part in (string[])[.. ChildPath ?? [], .. AdditionalChildPath ?? []])
        {
            child = SessionState.Path.Combine(child, part, NewContext());
        }

        foreach (var path in Path)
        {
            Try(() => Write(SessionState.Path.Combine(path, child, NewContext())));
        }
    }

    private void Write(string joined)
    {
        if (!Resolve)
        {
            WriteObject(joined);
            return;
        }

        foreach (var found in SessionState.Path.GetResolvedPSPathFromPSPath(joined, NewContext()))
        {
            WriteObject(found.Path);
        }
    }
}
