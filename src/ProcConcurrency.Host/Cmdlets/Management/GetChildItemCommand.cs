using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-ChildItem: what is in a folder or on another provider's drive.</summary>
[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Items")]
public sealed class GetChildItemCommand : ProviderCommand
{
    private string[]? _path;
    private uint _depth = uint.MaxValue;

    [Parameter(Position = 0, ParameterSetName = "Items", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[]? Path
    {
        get => _path;
        set => _path = value;
    }

    [Parameter(ParameterSetName = "LiteralItems", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath
    {
        get => _path;
        set
        {
            Literal = true;
            _path = value;
        }
    }

    [Parameter(Position = 1)]
    public override string? Filter { get; set; }

    [Parameter]
    public override string[] Include { get; set; } = [];

    [Parameter]
    public override string[] Exclude { get; set; } = [];

    [Parameter]
    [Alias("s", "r")]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public uint Depth
    {
        get => _depth;
        set
        {
            _depth = value;
            Recurse = true;
        }
    }

    [Parameter]
    public override SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter Name { get; set; }

    internal override object? AskProvider(ProviderContext context)
    {
        var path = _path is { Length: > 0 } ? _path[0] : ".";
        return Name
            ? InvokeProvider.ChildItem.GetChildNamesDynamicParameters(path, context)
            : InvokeProvider.ChildItem.GetChildItemsDynamicParameters(path, Recurse, context);
    }

    protected override void ProcessRecord()
    {
        var context = NewContext();
        // The empty path is the current location.
        foreach (var path in _path is { Length: > 0 } ? _path : [""])
        {
            Try(() => Write(path, context));
        }
    }

    private void Write(string path, ProviderContext context)
    {
        if (Name)
        {
            InvokeProvider.ChildItem.GetNames(path, ReturnContainers.ReturnMatchingContainers, Recurse, Depth, context);
        }
        else
        {
            InvokeProvider.ChildItem.Get(path, Recurse, Depth, context);
        }
    }
}
