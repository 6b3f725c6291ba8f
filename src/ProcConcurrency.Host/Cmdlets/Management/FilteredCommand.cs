using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>A provider cmdlet with the usual filters.</summary>
public abstract class FilteredCommand : ProviderCommand
{
    [Parameter]
    public override string? Filter { get; set; }

    [Parameter]
    public override string[] Include { get; set; } = [];

    [Parameter]
    public override string[] Exclude { get; set; } = [];

    [Parameter]
    public override SwitchParameter Force { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Credential]
    public PSCredential? Credential { get; set; }
}
