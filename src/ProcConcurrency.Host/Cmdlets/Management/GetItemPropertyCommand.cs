using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-ItemProperty: an item's properties as the provider names them.</summary>
[Cmdlet(VerbsCommon.Get, "ItemProperty", DefaultParameterSetName = "Path")]
public sealed class GetItemPropertyCommand : PipedPathCommand
{
    [Parameter(Position = 1)]
    [Alias("PSProperty")]
    public string[]? Name { get; set; }

    private Collection<string>? Picked => Name is null ? null : new Collection<string>(Name);

    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Property.GetPropertyDynamicParameters(FirstPath, Picked, context);

    protected override void ProcessRecord()
    {
        var context = NewContext();
        foreach (var path in Path)
        {
            Try(() => InvokeProvider.Property.Get(path, Picked, context));
        }
    }
}
