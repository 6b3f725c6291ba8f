using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Start-Sleep: waits, and stops waiting when the pipeline stops.</summary>
[Cmdlet(VerbsLifecycle.Start, "Sleep", DefaultParameterSetName = "Seconds")]
public sealed class StartSleepCommand : PSCmdlet, IDisposable
{
    private readonly ManualResetEventSlim _stopped = new();

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Seconds", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0.0, int.MaxValue / 1000.0)]
    public double Seconds { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Milliseconds", ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, int.MaxValue)]
    [Alias("ms")]
    public int Milliseconds { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "FromTimeSpan", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ts")]
    public TimeSpan Duration { get; set; }

    protected override void ProcessRecord()
    {
        var milliseconds = ParameterSetName switch
        {
            "Seconds" => Seconds * 1000,
            "Milliseconds" => Milliseconds,
            _ => Math.Floor(Duration.TotalMilliseconds),
        };
        if (milliseconds is < 0 or > int.MaxValue)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentOutOfRangeException(nameof(Duration), Duration, "The duration is negative or too long."),
                "MaximumDurationExceeded", ErrorCategory.InvalidArgument, Duration));
        }

        _stopped.Wait((int)milliseconds);
    }

    protected override void StopProcessing() => _stopped.Set();

    /// <inheritdoc/>
    public void Dispose() => _stopped.Dispose();
}
