using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Write-Progress: a progress record.</summary>
[Cmdlet(VerbsCommunications.Write, "Progress")]
public sealed class WriteProgressCommand : PSCmdlet
{
    [Parameter(Position = 0)]
    public string? Activity { get; set; }

    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Status { get; set; } = "Processing";

    [Parameter(Position = 2)]
    [ValidateRange(0, int.MaxValue)]
    public int Id { get; set; }

    [Parameter]
    [ValidateRange(-1, 100)]
    public int PercentComplete { get; set; } = -1;

    [Parameter]
    public int SecondsRemaining { get; set; } = -1;

    [Parameter]
    public string? CurrentOperation { get; set; }

    [Parameter]
    [ValidateRange(-1, int.MaxValue)]
    public int ParentId { get; set; } = -1;

    [Parameter]
    public SwitchParameter Completed { get; set; }

    [Parameter]
    public int SourceId { get; set; }

    protected override void ProcessRecord()
    {
        if (string.IsNullOrEmpty(Activity) && !Completed)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException("Activity is required unless Completed is given.", nameof(Activity)),
                "MissingActivity", ErrorCategory.InvalidArgument, Activity));
        }

        var activity = string.IsNullOrEmpty(Activity) ? "Completed" : Activity;
        WriteProgress(SourceId, new ProgressRecord(Id, activity, Status)
        {
            ParentActivityId = ParentId,
            PercentComplete = PercentComplete,
            SecondsRemaining = SecondsRemaining,
            CurrentOperation = CurrentOperation,
            RecordType = Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        });
    }

    // Protected in the engine: it is reached through the runtime.
    private void WriteProgress(long source, ProgressRecord record) => CommandRuntime.WriteProgress(source, record);
}
