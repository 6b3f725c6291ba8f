using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Register-EngineEvent: subscribes to an event of the engine or of New-Event.</summary>
[Cmdlet(VerbsLifecycle.Register, "EngineEvent")]
[OutputType(typeof(PSEventJob))]
public sealed class RegisterEngineEventCommand : PSCmdlet
{
    [Parameter(Position = 100)]
    public string? SourceIdentifier { get; set; }

    [Parameter(Position = 101)]
    public ScriptBlock? Action { get; set; }

    [Parameter]
    public PSObject? MessageData { get; set; }

    [Parameter]
    public SwitchParameter SupportEvent { get; set; }

    [Parameter]
    public SwitchParameter Forward { get; set; }

    [Parameter]
    public int MaxTriggerCount { get; set; }

    protected override void EndProcessing()
    {
        if (string.IsNullOrEmpty(SourceIdentifier))
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException("A source identifier is required.", nameof(SourceIdentifier)),
                "ENGINE_EVENT_NO_SOURCE", ErrorCategory.InvalidArgument, null));
        }

        if (Action is not null && Forward)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException("An action and forwarding exclude each other."),
                "ACTION_AND_FORWARD_NOT_SUPPORTED", ErrorCategory.InvalidOperation, null));
        }

        if (SourceIdentifier != "PowerShell.Exiting" && Events.GetEventSubscribers(SourceIdentifier).Any())
        {
            WriteError(new ErrorRecord(
                new ArgumentException($"Cannot subscribe to the specified event. A subscriber with the source identifier '{SourceIdentifier}' already exists."),
                "SUBSCRIBER_EXISTS", ErrorCategory.InvalidArgument, null));
            return;
        }

        var subscriber = Events.SubscribeEvent(
            null, null, SourceIdentifier, MessageData, Action, SupportEvent, Forward, MaxTriggerCount);
        if (Action is not null && !SupportEvent)
        {
            WriteObject(subscriber.Action);
        }
    }
}
