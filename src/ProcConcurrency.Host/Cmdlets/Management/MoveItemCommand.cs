using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Move-Item: moves items within one provider.</summary>
[Cmdlet(VerbsCommon.Move, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class MoveItemCommand : PipedPathCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Item.MoveItemDynamicParameters(FirstPath, Destination, context);

    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            if (Literal)
            {
                Try(() => Move(path));
                continue;
            }

            Collection<PathInfo> found = [];
            Try(() => found = SessionState.Path.GetResolvedPSPathFromPSPath(path, NewContext()));
            foreach (var item in found)
            {
                Try(() => Move(item.Path));
            }
        }
    }

    private void Move(string path)
    {
        var context = NewContext();
        context.Literal = true;
        if (!InvokeProvider.Item.Exists(path, context))
        {
            WriteInvalid($"Cannot move item because the item at '{path}' does not exist.");
        }
        else if (SessionState.Path.IsCurrentLocationOrAncestor(path, context))
        {
            WriteInvalid($"Cannot move item because the item at '{path}' is in use.");
        }
        else
        {
            context.PassThru = PassThru;
            InvokeProvider.Item.Move(path, Destination, context);
        }
    }
}
