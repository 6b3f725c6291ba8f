using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>New-Item: a file, a folder, a link, a variable.</summary>
[Cmdlet(VerbsCommon.New, "Item", DefaultParameterSetName = "pathSet", SupportsShouldProcess = true)]
public sealed class NewItemCommand : ProviderCommand
{
    [Parameter(Position = 0, ParameterSetName = "pathSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = "nameSet", ValueFromPipelineByPropertyName = true)]
    public string[]? Path { get; set; }

    [Parameter(ParameterSetName = "nameSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Type")]
    public string? ItemType { get; set; }

    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Target")]
    public object? Value { get; set; }

    [Parameter]
    public override SwitchParameter Force { get; set; }

    internal override object? AskProvider(ProviderContext context)
    {
        var path = Path is { Length: > 0 } ? Path[0] : ".";
        // Without a name the path is the new item's own, and no pattern.
        return InvokeProvider.Item.NewItemDynamicParameters(
            string.IsNullOrEmpty(Name) ? WildcardPattern.Escape(path) : path, ItemType, Value, context);
    }

    protected override void ProcessRecord()
    {
        foreach (var path in Path is { Length: > 0 } ? Path : [""])
        {
            Try(() => InvokeProvider.Item.New(path, Name, ItemType, Value, NewContext()));
        }
    }
}
