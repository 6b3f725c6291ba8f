using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-TimeZone: the time zone of this machine, or those with a name or id.</summary>
[Cmdlet(VerbsCommon.Get, "TimeZone", DefaultParameterSetName = "Name")]
[OutputType(typeof(TimeZoneInfo))]
public sealed class GetTimeZoneCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "Id", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Id { get; set; } = [];

    [Parameter(ParameterSetName = "ListAvailable", Mandatory = true)]
    public SwitchParameter ListAvailable { get; set; }

    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[]? Name { get; set; }

    protected override void ProcessRecord()
    {
        if (ListAvailable)
        {
            WriteObject(TimeZoneInfo.GetSystemTimeZones(), enumerateCollection: true);
        }
        else if (ParameterSetName == "Id")
        {
            Write(Id, (zone, pattern) => pattern.IsMatch(zone.Id));
        }
        else if (Name is { } names)
        {
            Write(names, (zone, pattern) => pattern.IsMatch(zone.StandardName) || pattern.IsMatch(zone.DaylightName));
        }
        else
        {
            WriteObject(TimeZoneInfo.Local);
        }
    }

    private void Write(string[] wanted, Func<TimeZoneInfo, WildcardPattern, bool> matches)
    {
        foreach (var text in wanted)
        {
            var pattern = WildcardPattern.Get(text, WildcardOptions.IgnoreCase);
            var found = TimeZoneInfo.GetSystemTimeZones().Where(zone => matches(zone, pattern)).ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0)
            {
                WriteError(new ErrorRecord(
                    new TimeZoneNotFoundException($"The time zone '{text}' was not found on the local computer."),
                    "TimeZoneNotFound",
                    ErrorCategory.ObjectNotFound,
                    text));
            }
        }
    }
}
