using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>What a process writes past the streams, to its standard output or error: shown like what Write-Host writes.</summary>
internal static class OutputLine
{
    internal static InformationRecord ToRecord(string line, string source)
    {
        var record = new InformationRecord(new HostInformationMessage { Message = line }, source);
        record.Tags.Add("PSHOST");
        record.Tags.Add("StandardOutput");
        return record;
    }
}
