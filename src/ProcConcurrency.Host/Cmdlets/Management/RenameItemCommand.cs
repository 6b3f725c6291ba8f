using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Rename-Item: another name for one item.</summary>
[Cmdlet(VerbsCommon.Rename, "Item", DefaultParameterSetName = "ByPath", SupportsShouldProcess = true)]
public sealed class RenameItemCommand : ProviderCommand
{
    private string _path = "";

    [Parameter(
        Position = 0, ParameterSetName = "ByPath", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string Path
    {
        get => _path;
        set => _path = value;
    }

    [Parameter(ParameterSetName = "ByLiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string LiteralPath
    {
        get => _path;
        set
        {
            Literal = true;
            _path = value;
        }
    }

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string NewName { get; set; } = "";

    [Parameter]
    public override SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Item.RenameItemDynamicParameters(_path, NewName, context);

    protected override void ProcessRecord() => Try(() =>
    {
        if (Literal)
        {
            Rename(_path);
            return;
        }

        var found = SessionState.Path.GetResolvedPSPathFromPSPath(_path, NewContext());
        // Several items can't take one name: the path is then one that looks like a pattern.
        Rename(found.Count == 1 ? found[0].Path : WildcardPattern.Unescape(_path));
    });

    private void Rename(string path)
    {
        var context = NewContext();
        context.Literal = true;
        if (!InvokeProvider.Item.Exists(path, context))
        {
            WriteInvalid($"Cannot rename because item at '{path}' does not exist.");
        }
        else if (SessionState.Path.IsCurrentLocationOrAncestor(path, context))
        {
            WriteInvalid($"Cannot rename the item at '{path}' because it is in use.");
        }
        else
        {
            context.PassThru = PassThru;
            InvokeProvider.Item.Rename(path, NewName, context);
        }
    }
}
