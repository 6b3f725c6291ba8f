using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Unique: drops repeats from a sorted stream.</summary>
[Cmdlet(VerbsCommon.Get, "Unique", DefaultParameterSetName = "AsString")]
public sealed class GetUniqueCommand : PSCmdlet
{
    private PSObject? _last;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; } = AutomationNull.Value;

    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter AsString { get; set; }

    [Parameter(ParameterSetName = "UniqueByType")]
    public SwitchParameter OnType { get; set; }

    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter CaseInsensitive { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
        {
            return;
        }

        if (_last is null || !Same(_last, InputObject))
        {
            WriteObject(InputObject);
            _last = InputObject;
        }
    }

    private bool Same(PSObject earlier, PSObject later)
    {
        if (OnType)
        {
            return earlier.TypeNames[0].Equals(later.TypeNames[0], StringComparison.OrdinalIgnoreCase);
        }

        var order = new ValueOrder(caseSensitive: !CaseInsensitive, culture: null);
        return AsString ? order.Same(earlier.ToString(), later.ToString()) : order.Same(earlier, later);
    }
}
