using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Remove-Item: removes items, and their children when asked to.</summary>
[Cmdlet(VerbsCommon.Remove, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class RemoveItemCommand : PipedPathCommand
{
    private bool _yesToAll;
    private bool _noToAll;

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Item.RemoveItemDynamicParameters(FirstPath, Recurse, context);

    protected override void ProcessRecord()
    {
        _yesToAll = _noToAll = false;
        var context = NewContext();
        foreach (var path in Path)
        {
            Collection<PathInfo> found = [];
            if (!Try(() => found = Resolve(path, context)))
            {
                continue;
            }

            foreach (var item in found)
            {
                Try(() => Remove(item, context));
            }
        }
    }

    private Collection<PathInfo> Resolve(string path, ProviderContext context)
    {
        // With -Recurse the filters pick among the children, not the path itself.
        if (Recurse)
        {
            context.Filter([], [], null);
        }

        try
        {
            var found = SessionState.Path.GetResolvedPSPathFromPSPath(path, context);
            return Literal && found.Count == 0 ? throw NotFound(path) : found;
        }
        finally
        {
            context.Filter(Include, Exclude, Filter);
        }
    }

    private void Remove(PathInfo item, ProviderContext context)
    {
        if (SessionState.Path.IsCurrentLocationOrAncestor(item.Path, context))
        {
            WriteInvalid($"Cannot remove the item at '{item.Path}' because it is in use.");
            return;
        }

        var path = item.ProviderPath;
        var hasChildren = SessionAccess.HasChildren(SessionState, item, path, context);
        context.ThrowFirstError();
        var recurse = Recurse.IsPresent;
        if (item.Provider.Name == "FileSystem" && new DirectoryInfo(path).LinkTarget is not null)
        {
            // Only the link goes, never what it leads to.
            recurse = false;
        }
        else if (!recurse && hasChildren)
        {
            if (!ShouldContinue(
                $"The item at {path} has children and the Recurse parameter was not specified. If you continue, "
                + "all children will be removed with the item. Are you sure you want to continue?",
                null,
                ref _yesToAll,
                ref _noToAll))
            {
                return;
            }

            recurse = true;
        }

        SessionAccess.Remove(SessionState, item, path, recurse, context);
    }
}
