using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>
/// Where the job cmdlets find child processes, and how they remove them. PowerShell makes one when the module is imported, in
/// each runspace; all show the session's one table.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ChildProcessJobAdapter : JobSourceAdapter
{
    /// <summary>Refused: what a child runs is told by Start-ChildProcess, not by a job definition.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Job2 NewJob(JobInvocationInfo specification) =>
        throw new NotSupportedException("A child process can't be made from a job definition. Use Start-ChildProcess.");

    /// <inheritdoc/>
    public override IList<Job2> GetJobs() => Where(static _ => true);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByName(string name, bool recurse) => [.. ChildProcessTable.Matching(name)];

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByCommand(string command, bool recurse)
    {
        var pattern = WildcardPattern.Get(command, WildcardOptions.IgnoreCase);
        return Where(process => pattern.IsMatch(process.Command.Trim()));
    }

    /// <inheritdoc/>
    public override Job2? GetJobByInstanceId(Guid instanceId, bool recurse) =>
        Where(process => process.InstanceId == instanceId).FirstOrDefault();

    /// <inheritdoc/>
    public override Job2? GetJobBySessionId(int id, bool recurse) => Where(process => process.Id == id).FirstOrDefault();

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByState(JobState state, bool recurse) => Where(process => process.JobStateInfo.State == state);

    /// <summary>The processes whose job properties (Id, InstanceId, Name, Command, State) have these values.</summary>
    public override IList<Job2> GetJobsByFilter(Dictionary<string, object> filter, bool recurse) =>
        Where(process => filter.All(wanted => Fits(process, wanted.Key, wanted.Value)));

    /// <summary>Takes a process off the session's table; one that still runs is ended first.</summary>
    public override void RemoveJob(Job2 job) => job.Dispose();

    private static List<Job2> Where(Func<ChildProcess, bool> condition) => [.. ChildProcessTable.All.Where(condition)];

    private static bool Fits(ChildProcess process, string property, object? wanted)
    {
        var text = string.Format(CultureInfo.InvariantCulture, "{0}", wanted);
        return property.ToUpperInvariant() switch
        {
            "ID" => text == process.Id.ToString(CultureInfo.InvariantCulture),
            "INSTANCEID" => text.Equals(process.InstanceId.ToString(), StringComparison.OrdinalIgnoreCase),
            "NAME" => WildcardPattern.Get(text, WildcardOptions.IgnoreCase).IsMatch(process.Name),
            "COMMAND" => WildcardPattern.Get(text, WildcardOptions.IgnoreCase).IsMatch(process.Command),
            "STATE" => text.Equals(process.JobStateInfo.State.ToString(), StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
    }
}
