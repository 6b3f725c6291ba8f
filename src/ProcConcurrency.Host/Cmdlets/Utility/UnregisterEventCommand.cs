using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Unregister-Event.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "Event", SupportsShouldProcess = true, DefaultParameterSetName = "BySource")]
public sealed class UnregisterEventCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "BySource")]
    public string? SourceIdentifier { get; set; }

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "ById")]
    public int SubscriptionId { get; set; } = -1;

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        var pattern = SourceIdentifier is null ? null : WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase);
        var matching = Events.Subscribers
            .Where(one => pattern is null ? one.SubscriptionId == SubscriptionId : pattern.IsMatch(one.SourceIdentifier))
            .Where(one => Force || !one.SupportEvent)
            .ToArray();
        if (matching.Length == 0 && (pattern is null || !WildcardPattern.ContainsWildcardCharacters(SourceIdentifier)))
        {
            var sought = pattern is null ? $"identifier {SubscriptionId}" : $"source identifier '{SourceIdentifier}'";
            WriteError(new ErrorRecord(
                new ArgumentException($"Event subscription with {sought} does not exist."),
                pattern is null ? "INVALID_SUBSCRIPTION_IDENTIFIER" : "INVALID_SOURCE_IDENTIFIER",
                ErrorCategory.InvalidArgument, null));
        }

        foreach (var subscriber in matching)
        {
            if (ShouldProcess($"Event subscription '{subscriber.SourceIdentifier}'", "Unsubscribe"))
            {
                Events.UnsubscribeEvent(subscriber);
            }
        }
    }
}
