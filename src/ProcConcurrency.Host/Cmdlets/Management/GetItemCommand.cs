using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Item: the item at a path itself.</summary>
[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path")]
public sealed class GetItemCommand : PipedPathCommand
{
    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Item.GetItemDynamicParameters(FirstPath, context);

    protected override void ProcessRecord()
    {
        var context = NewContext();
        foreach (var path in Path)
        {
            Try(() => InvokeProvider.Item.Get(path, context));
        }
    }
}
