using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Split-Path: one part of a path.</summary>
[Cmdlet(VerbsCommon.Split, "Path", DefaultParameterSetName = "ParentSet")]
[OutputType(typeof(string), typeof(bool))]
public sealed class SplitPathCommand : ProviderCommand
{
    private string[] _path = [];

    [Parameter(
        ParameterSetName = "ParentSet", Position = 0, Mandatory = true,
        ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(
        ParameterSetName = "LeafSet", Position = 0, Mandatory = true,
        ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(
        ParameterSetName = "LeafBaseSet", Position = 0, Mandatory = true,
        ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(
        ParameterSetName = "ExtensionSet", Position = 0, Mandatory = true,
        ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(
        ParameterSetName = "QualifierSet", Position = 0, Mandatory = true,
        ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(
        ParameterSetName = "NoQualifierSet", Position = 0, Mandatory = true,
        ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(
        ParameterSetName = "IsAbsoluteSet", Position = 0, Mandatory = true,
        ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path
    {
        get => _path;
        set => _path = value;
    }

    [Parameter(ParameterSetName = "LiteralPathSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
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

    [Parameter(ParameterSetName = "QualifierSet", Mandatory = true)]
    public SwitchParameter Qualifier { get; set; }

    [Parameter(ParameterSetName = "NoQualifierSet", Mandatory = true)]
    public SwitchParameter NoQualifier { get; set; }

    [Parameter(ParameterSetName = "ParentSet")]
    public SwitchParameter Parent { get; set; }

    [Parameter(ParameterSetName = "LeafSet", Mandatory = true)]
    public SwitchParameter Leaf { get; set; }

    [Parameter(ParameterSetName = "LeafBaseSet", Mandatory = true)]
    public SwitchParameter LeafBase { get; set; }

    [Parameter(ParameterSetName = "ExtensionSet", Mandatory = true)]
    public SwitchParameter Extension { get; set; }

    [Parameter(ParameterSetName = "IsAbsoluteSet", Mandatory = true)]
    public SwitchParameter IsAbsolute { get; set; }

    [Parameter]
    public SwitchParameter Resolve { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            if (!Resolve)
            {
                Try(() => Split(path));
                continue;
            }

            Try(() =>
            {
                foreach (var found in SessionState.Path.GetResolvedPSPathFromPSPath(path, NewContext()))
                {
                    Split(found.Path);
                }
            });
        }
    }

    private void Split(string path)
    {
        if (IsAbsolute)
        {
            WriteObject(SessionState.Path.IsPSAbsolute(path, out _));
        }
        else if (Qualifier)
        {
            WriteQualifier(path);
        }
        else if (NoQualifier)
        {
            WriteObject(WithoutQualifier(path));
        }
        else
        {
            WriteObject(Part(path));
        }
    }

    private string Part(string path)
    {
        var leaf = Leaf || LeafBase || Extension;
        try
        {
            if (!leaf)
            {
                return SessionAccess.Parent(SessionState.Path, path, NewContext());
            }

            var name = SessionAccess.ChildName(SessionState.Path, path, NewContext());
            return LeafBase ? System.IO.Path.GetFileNameWithoutExtension(name)
                : Extension ? System.IO.Path.GetExtension(name)
                : name;
        }
        catch (PSNotSupportedException)
        {
            // A provider without folders: the whole path is the leaf.
            return leaf ? path : "";
        }
    }

    private void WriteQualifier(string path)
    {
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            WriteObject(path[..(colon + (SessionState.Path.IsProviderQualified(path) ? 2 : 1))]);
            return;
        }

        WriteError(new ErrorRecord(
            new FormatException($"Cannot parse path because path '{path}' does not have a qualifier specified."),
            "ParsePathFormatError",
            ErrorCategory.InvalidArgument,
            path));
    }

    private string WithoutQualifier(string path)
    {
        if (SessionState.Path.IsProviderQualified(path))
        {
            return path[(path.IndexOf("::", StringComparison.Ordinal) + 2)..];
        }

        return SessionState.Path.IsPSAbsolute(path, out var drive) && path.Length > drive.Length + 1 && path[drive.Length] == ':'
            ? path[(drive.Length + 1)..]
            : path;
    }
}
