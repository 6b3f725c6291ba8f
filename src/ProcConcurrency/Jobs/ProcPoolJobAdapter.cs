using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>The session's jobs of pools, in the order in which they were made, until they are removed.</summary>
/// <remarks>Thread-safe.</remarks>
internal static class PoolJobTable
{
    private static readonly List<ProcPoolJob> s_jobs = []; // Guards itself.

    internal static ProcPoolJob[] All
    {
        get
        {
            lock (s_jobs)
            {
                return [.. s_jobs];
            }
        }
    }

    internal static void Add(ProcPoolJob job)
    {
        lock (s_jobs)
        {
            s_jobs.Add(job);
        }
    }

    internal static void Remove(ProcPoolJob job)
    {
        lock (s_jobs)
        {
            s_jobs.Remove(job);
        }
    }
}

/// <summary>
/// Where the job cmdlets find the jobs of Invoke-ProcPool -AsJob, and how they remove them. PowerShell makes one when the module is
/// imported, in each runspace; all show the session's one table.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcPoolJobAdapter : JobSourceAdapter
{
    /// <summary>Refused: what a job runs is told by Invoke-ProcPool, not by a job definition.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Job2 NewJob(JobInvocationInfo specification) =>
        throw new NotSupportedException("A pool's run can't be made from a job definition. Use Invoke-ProcPool -AsJob.");

    /// <inheritdoc/>
    public override IList<Job2> GetJobs() => Where(static _ => true);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByName(string name, bool recurse) => Where(job => Fits(name, job.Name));

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByCommand(string command, bool recurse) => Where(job => Fits(command, job.Command.Trim()));

    /// <inheritdoc/>
    public override Job2? GetJobByInstanceId(Guid instanceId, bool recurse) => Where(job => job.InstanceId == instanceId).FirstOrDefault();

    /// <inheritdoc/>
    public override Job2? GetJobBySessionId(int id, bool recurse) => Where(job => job.Id == id).FirstOrDefault();

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByState(JobState state, bool recurse) => Where(job => job.JobStateInfo.State == state);

    /// <summary>The jobs whose properties (Id, InstanceId, Name, Command, State) have these values.</summary>
    public override IList<Job2> GetJobsByFilter(Dictionary<string, object> filter, bool recurse) =>
        Where(job => filter.All(wanted => Fits(job, wanted.Key, string.Format(CultureInfo.InvariantCulture, "{0}", wanted.Value))));

    /// <summary>Takes a job off the session's table; one that still runs is ended first.</summary>
    public override void RemoveJob(Job2 job) => job.Dispose();

    private static List<Job2> Where(Func<ProcPoolJob, bool> condition) => [.. PoolJobTable.All.Where(condition)];

    private static bool Fits(string pattern, string text) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(text);

    private static bool Fits(ProcPoolJob job, string property, string wanted) => property.ToUpperInvariant() switch
    {
        "ID" => wanted == job.Id.ToString(CultureInfo.InvariantCulture),
        "INSTANCEID" => wanted.Equals(job.InstanceId.ToString(), StringComparison.OrdinalIgnoreCase),
        "NAME" => Fits(wanted, job.Name),
        "COMMAND" => Fits(wanted, job.Command),
        "STATE" => wanted.Equals(job.JobStateInfo.State.ToString(), StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
