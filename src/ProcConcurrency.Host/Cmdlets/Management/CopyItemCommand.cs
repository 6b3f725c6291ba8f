using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Copy-Item: copies items within one provider.</summary>
[Cmdlet(VerbsCommon.Copy, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class CopyItemCommand : PipedPathCommand
{
    private bool? _container;

    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = "";

    /// <summary>Whether a copied folder stays a folder; so it is unless told otherwise.</summary>
    [Parameter]
    public SwitchParameter Container
    {
        get => _container ?? true;
        set => _container = value;
    }

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Item.CopyItemDynamicParameters(FirstPath, Destination, Recurse, context);

    protected override void ProcessRecord()
    {
        var context = NewContext();
        context.PassThru = PassThru;
        var containers = Container ? CopyContainers.CopyTargetContainer : CopyContainers.CopyChildrenOfTargetContainer;
        foreach (var path in Path)
        {
            Try(() => InvokeProvider.Item.Copy(path, Destination, Recurse, containers, context));
        }
    }
}
