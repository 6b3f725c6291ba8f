using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-EventSubscriber.</summary>
[Cmdlet(VerbsCommon.Get, "EventSubscriber", DefaultParameterSetName = "BySource")]
[OutputType(typeof(PSEventSubscriber))]
public sealed class GetEventSubscriberCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "BySource")]
    public string? SourceIdentifier { get; set; }

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "ById")]
    [Alias("Id")]
    public int SubscriptionId { get; set; } = -1;

    [Parameter(Position = 1)]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        var pattern = WildcardPattern.Get(SourceIdentifier ?? "*", WildcardOptions.IgnoreCase);
        var matching = Events.Subscribers
            .Where(one => ParameterSetName == "ById" ? one.SubscriptionId == SubscriptionId
                : SourceIdentifier is null || pattern.IsMatch(one.SourceIdentifier ?? ""))
            .Where(one => Force || !one.SupportEvent)
            .ToArray();
        WriteObject(matching, enumerateCollection: true);
        var exact = ParameterSetName == "ById"
            || (SourceIdentifier is not null && !WildcardPattern.ContainsWildcardCharacters(SourceIdentifier));
        if (matching.Length == 0 && exact)
        {
            WriteError(new ErrorRecord(
                new ArgumentException("No such event subscription exists."),
                ParameterSetName == "ById" ? "INVALID_SUBSCRIPTION_IDENTIFIER" : "INVALID_SOURCE_IDENTIFIER",
                ErrorCategory.InvalidArgument, null));
        }
    }
}
