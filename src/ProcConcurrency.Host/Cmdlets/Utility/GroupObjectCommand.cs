using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using Microsoft.PowerShell.Commands;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Group-Object: objects by the values of their properties.</summary>
[Cmdlet("Group", "Object", DefaultParameterSetName = "HashTable")]
public sealed class GroupObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter NoElement { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    [Alias("AHT")]
    public SwitchParameter AsHashTable { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    public SwitchParameter AsString { get; set; }

    [Parameter]
    public string? Culture { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    protected override void BeginProcessing()
    {
        if (Property is { Length: > 1 } && AsHashTable && !AsString)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException("Several properties make a table only with -AsString."),
                "ArgumentException", ErrorCategory.InvalidArgument, Property));
        }
    }

    protected override void ProcessRecord()
    {
        if (InputObject is not null && InputObject != AutomationNull.Value)
        {
            _items.Add(InputObject);
        }
    }

    protected override void EndProcessing()
    {
        var terms = PropertyTerm.Parse(this, Property, named: false);
        var values = new ValueOrder(CaseSensitive, Culture);
        var order = new KeyOrder(values, new bool[Math.Max(1, terms.Length)]);
        var groups = Group(_items.Select(item => KeyedObject.Of(item, terms)).OrderBy(entry => entry, order), order);
        if (!AsHashTable)
        {
            WriteObject(groups, enumerateCollection: true);
            return;
        }

        var comparer = StringComparer.Create(values.Culture, ignoreCase: !CaseSensitive);
        var table = new Hashtable(comparer);
        foreach (var group in groups)
        {
            var key = AsString ? group.Name : ValueOrder.Bare(group.Values[0]) ?? "";
            table[key] = group.Group;
        }

        WriteObject(table);
    }

    private List<GroupInfo> Group(IEnumerable<KeyedObject> sorted, KeyOrder order)
    {
        var groups = new List<GroupInfo>();
        KeyedObject? last = null;
        foreach (var entry in sorted)
        {
            if (last is null || order.Compare(last, entry) != 0)
            {
                var name = string.Join(", ", entry.Keys.Select(key => key is null ? "" : PSObject.AsPSObject(key).ToString()));
                object?[] keys = [.. entry.Keys.Select(ValueOrder.Bare)];
                groups.Add(NoElement ? new GroupInfoNoElement(name, keys) : new GroupInfo(name, keys));
            }

            groups[^1].Add(entry.Item, !NoElement);
            last = entry;
        }

        return groups;
    }
}
