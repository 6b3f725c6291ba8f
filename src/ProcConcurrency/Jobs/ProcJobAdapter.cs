using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Jobs;

/// <summary>
/// Where the job cmdlets find child processes, tasks of pools and jobs of Invoke-ProcPool, and how they remove them. PowerShell makes one when the module is
/// imported, in each runspace; all show the session's tables.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcJobAdapter : JobSourceAdapter
{
    /// <summary>Refused: what a child runs is told by Start-ChildProcess, not by a job definition.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Job2 NewJob(JobInvocationInfo specification) =>
        throw new NotSupportedException("A child process can't be made from a job definition. Use Start-ChildProcess.");

    /// <inheritdoc/>
    public override IList<Job2> GetJobs() => Where(static _ => true);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByName(string name, bool recurse) => NamePattern.Meant(name, Where(static _ => true), static job => job.Name);

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByCommand(string command, bool recurse)
    {
        var pattern = NamePattern.Of(command);
        return Where(job => pattern.IsMatch(job.Command.Trim()));
    }

    /// <inheritdoc/>
    public override Job2? GetJobByInstanceId(Guid instanceId, bool recurse) =>
        Where(job => job.InstanceId == instanceId).FirstOrDefault();

    /// <inheritdoc/>
    public override Job2? GetJobBySessionId(int id, bool recurse) => Where(job => job.Id == id).FirstOrDefault();

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByState(JobState state, bool recurse) => Where(job => job.JobStateInfo.State == state);

    /// <summary>The jobs whose properties (Id, InstanceId, Name, Command, State) have these values.</summary>
    public override IList<Job2> GetJobsByFilter(Dictionary<string, object> filter, bool recurse) =>
        Where(job => filter.All(wanted => Fits(job, wanted.Key, wanted.Value)));

    /// <summary>Takes a process off the session's table, or a task off its pool's; one that still runs is called off.</summary>
    public override void RemoveJob(Job2 job) => job.Dispose();

    private static List<Job2> Where(Func<Job2, bool> condition) =>
        [.. ChildProcessTable.All.Where(condition), .. Tasks().Where(condition), .. PoolJobTable.All.Where(condition)];

    // The engine looks at a job's state, too, by the property that a task's own only hides.
    private static IEnumerable<ProcTask> Tasks()
    {
        foreach (var task in PoolTable.All.SelectMany(static pool => pool.Core.Known))
        {
            task.ShowState();
            yield return task;
        }
    }

    private static bool Fits(Job2 job, string property, object? wanted)
    {
        var text = string.Format(CultureInfo.InvariantCulture, "{0}", wanted);
        return property.ToUpperInvariant() switch
        {
            "ID" => text == job.Id.ToString(CultureInfo.InvariantCulture),
            "INSTANCEID" => text.Equals(job.InstanceId.ToString(), StringComparison.OrdinalIgnoreCase),
            "NAME" => NamePattern.Of(text).IsMatch(job.Name),
            "COMMAND" => NamePattern.Of(text).IsMatch(job.Command),
            "STATE" => text.Equals(job.JobStateInfo.State.ToString(), StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
    }
}
