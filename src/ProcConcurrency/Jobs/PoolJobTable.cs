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
