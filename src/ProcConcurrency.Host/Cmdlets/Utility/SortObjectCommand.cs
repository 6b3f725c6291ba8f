using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Sort-Object: a stable sort by properties.</summary>
[Cmdlet("Sort", "Object", DefaultParameterSetName = "Default")]
public sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter(ParameterSetName = "Default")]
    public SwitchParameter Stable { get; set; }

    [Parameter]
    public SwitchParameter Descending { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Top")]
    [ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Bottom")]
    [ValidateRange(1, int.MaxValue)]
    public int Bottom { get; set; }

    [Parameter]
    public string? Culture { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null && InputObject != AutomationNull.Value)
        {
            _items.Add(InputObject);
        }
    }

    protected override void EndProcessing()
    {
        var terms = PropertyTerm.Parse(this, Property, named: false, ordered: true);
        bool[] directions = terms.Length == 0
            ? [Descending]
            : [.. terms.Select(term => term.Descending ?? Descending.IsPresent)];
        var order = new KeyOrder(new ValueOrder(CaseSensitive, Culture), directions);

        // OrderBy keeps equal objects in their order, as -Stable promises and the plain sort may.
        IEnumerable<KeyedObject> sorted = _items.Select(item => KeyedObject.Of(item, terms)).OrderBy(entry => entry, order);
        if (Unique)
        {
            sorted = Distinct(sorted, order);
        }

        sorted = ParameterSetName switch
        {
            "Top" => sorted.Take(Top),
            "Bottom" => sorted.TakeLast(Bottom),
            _ => sorted,
        };
        foreach (var entry in sorted)
        {
            WriteObject(entry.Item);
        }
    }

    private static IEnumerable<KeyedObject> Distinct(IEnumerable<KeyedObject> sorted, KeyOrder order)
    {
        KeyedObject? last = null;
        foreach (var entry in sorted)
        {
            if (last is null || order.Compare(last, entry) != 0)
            {
                yield return entry;
            }

            last = entry;
        }
    }
}
