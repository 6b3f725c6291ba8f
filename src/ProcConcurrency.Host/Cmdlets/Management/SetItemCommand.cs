using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Set-Item: gives an item its value.</summary>
[Cmdlet(VerbsCommon.Set, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class SetItemCommand : NamedPathCommand
{
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Item.SetItemDynamicParameters(FirstPath, Value, context);

    protected override void ProcessRecord()
    {
        var context = NewContext();
        context.PassThru = PassThru;
        foreach (var path in Path)
        {
            Try(() => InvokeProvider.Item.Set(path, Value, context));
        }
    }
}
