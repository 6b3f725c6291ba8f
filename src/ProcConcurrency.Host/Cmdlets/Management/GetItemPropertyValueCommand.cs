using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-ItemPropertyValue: the values alone of an item's properties.</summary>
[Cmdlet(VerbsCommon.Get, "ItemPropertyValue", DefaultParameterSetName = "Path")]
public sealed class GetItemPropertyValueCommand : FilteredCommand
{
    private string[] _path = ["."];

    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path
    {
        get => _path;
        set => _path = value;
    }

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath
    {
        get => _path;
        set
        {
            Literal = true;
            _path = value;
        }
    }

    [Parameter(Position = 1, Mandatory = true)]
    [Alias("PSProperty")]
    public string[] Name { get; set; } = [];

    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Property.GetPropertyDynamicParameters(_path.Length > 0 ? _path[0] : ".", new Collection<string>(Name), context);

    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            Try(() => WriteValues(InvokeProvider.Property.Get([path], new Collection<string>(Name), Literal)));
        }
    }

    private void WriteValues(Collection<PSObject> items)
    {
        foreach (var item in items)
        {
            foreach (var name in Name)
            {
                if (item.Properties[name]?.Value is { } value)
                {
                    WriteObject(value);
                }
            }
        }
    }
}
