using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>New-TimeSpan.</summary>
[Cmdlet(VerbsCommon.New, "TimeSpan", DefaultParameterSetName = "Date")]
[OutputType(typeof(TimeSpan))]
public sealed class NewTimeSpanCommand : PSCmdlet
{
    private DateTime? _start;
    private DateTime? _end;

    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Date")]
    [Alias("LastWriteTime")]
    public DateTime Start { get => _start ?? DateTime.Now; set => _start = value; }

    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = "Date")]
    public DateTime End { get => _end ?? DateTime.Now; set => _end = value; }

    [Parameter(ParameterSetName = "Time")]
    public int Days { get; set; }

    [Parameter(ParameterSetName = "Time")]
    public int Hours { get; set; }

    [Parameter(ParameterSetName = "Time")]
    public int Minutes { get; set; }

    [Parameter(ParameterSetName = "Time")]
    public int Seconds { get; set; }

    [Parameter(ParameterSetName = "Time")]
    public int Milliseconds { get; set; }

    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Time")
        {
            WriteObject(new TimeSpan(Days, Hours, Minutes, Seconds, Milliseconds));
            return;
        }

        // One moment for both ends not given: no span at all.
        var now = DateTime.Now;
        WriteObject((_end ?? now) - (_start ?? now));
    }
}
