using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Clear-Item: empties an item and keeps it.</summary>
[Cmdlet(VerbsCommon.Clear, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class ClearItemCommand : PipedPathCommand
{
    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Item.ClearItemDynamicParameters(FirstPath, context);

    protected override void ProcessRecord()
    {
        var context = NewContext();
        context.PassThru = false;
        foreach (var path in Path)
        {
            Try(() => InvokeProvider.Item.Clear(path, context));
        }
    }
}
