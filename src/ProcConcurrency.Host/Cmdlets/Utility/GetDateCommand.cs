using System.Globalization;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Date: a moment, or its text.</summary>
[Cmdlet(VerbsCommon.Get, "Date", DefaultParameterSetName = "DateAndFormat")]
[OutputType(typeof(DateTime), typeof(string))]
public sealed class GetDateCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "DateAndFormat")]
    [Alias("LastWriteTime")]
    public DateTime Date { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "UnixTimeSeconds")]
    [Alias("UnixTime")]
    public long UnixTimeSeconds { get; set; }

    [Parameter]
    [ValidateRange(1, 9999)]
    public int Year { get; set; }

    [Parameter]
    [ValidateRange(1, 12)]
    public int Month { get; set; }

    [Parameter]
    [ValidateRange(1, 31)]
    public int Day { get; set; }

    [Parameter]
    [ValidateRange(0, 23)]
    public int Hour { get; set; }

    [Parameter]
    [ValidateRange(0, 59)]
    public int Minute { get; set; }

    [Parameter]
    [ValidateRange(0, 59)]
    public int Second { get; set; }

    [Parameter]
    [ValidateRange(0, 999)]
    public int Millisecond { get; set; }

    [Parameter]
    public string? Format { get; set; }

    [Parameter]
    public SwitchParameter AsUTC { get; set; }

    protected override void ProcessRecord()
    {
        var moment = Adjusted(Given());
        if (AsUTC)
        {
            moment = moment.ToUniversalTime();
        }

        if (Format is not null)
        {
            WriteObject(Formatted(moment));
            return;
        }

        // The hint makes the formatter show both date and time.
        var result = new PSObject(moment);
        result.Properties.Add(new PSNoteProperty("DisplayHint", DisplayHintType.DateTime));
        WriteObject(result);
    }

    private DateTime Given()
    {
        var bound = MyInvocation.BoundParameters;
        if (bound.ContainsKey(nameof(UnixTimeSeconds)))
        {
            return DateTimeOffset.FromUnixTimeSeconds(UnixTimeSeconds).LocalDateTime;
        }

        return bound.ContainsKey(nameof(Date)) ? Date : DateTime.Now;
    }

    private DateTime Adjusted(DateTime moment)
    {
        var bound = MyInvocation.BoundParameters;
        moment = bound.ContainsKey(nameof(Year)) ? moment.AddYears(Year - moment.Year) : moment;
        moment = bound.ContainsKey(nameof(Month)) ? moment.AddMonths(Month - moment.Month) : moment;
        moment = bound.ContainsKey(nameof(Day)) ? moment.AddDays(Day - moment.Day) : moment;
        moment = bound.ContainsKey(nameof(Hour)) ? moment.AddHours(Hour - moment.Hour) : moment;
        moment = bound.ContainsKey(nameof(Minute)) ? moment.AddMinutes(Minute - moment.Minute) : moment;
        moment = bound.ContainsKey(nameof(Second)) ? moment.AddSeconds(Second - moment.Second) : moment;
        return bound.ContainsKey(nameof(Millisecond))
            ? moment.AddTicks((Millisecond * TimeSpan.TicksPerMillisecond) - (moment.Ticks % TimeSpan.TicksPerSecond))
            : moment;
    }

    private string Formatted(DateTime moment)
    {
        var (format, when) = Format!.ToUpperInvariant() switch
        {
            "FILEDATE" => ("yyyyMMdd", moment),
            "FILEDATEUNIVERSAL" => ("yyyyMMddZ", moment.ToUniversalTime()),
            "FILEDATETIME" => ("yyyyMMddTHHmmssffff", moment),
            "FILEDATETIMEUNIVERSAL" => ("yyyyMMddTHHmmssffffZ", moment.ToUniversalTime()),
            _ => (Format, moment),
        };
        return when.ToString(format, CultureInfo.CurrentCulture);
    }
}
