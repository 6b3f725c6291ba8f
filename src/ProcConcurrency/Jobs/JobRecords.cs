using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Jobs;

/// <summary>A job's collections, one a stream, where Receive-Job finds its records.</summary>
internal static class JobRecords
{
    /// <summary>How many records lie there, of all streams.</summary>
    internal static int CountRecords(this Job job) => job.Output.Count + job.Error.Count + job.Warning.Count + job.Verbose.Count
        + job.Debug.Count + job.Information.Count + job.Progress.Count;

    /// <summary>Puts a record where its stream's are; false where it is none of its stream's, or took the place of one that is there.</summary>
    /// <exception cref="InvalidOperationException">The job has ended: its collections take nothing any more.</exception>
    internal static bool Keep(this Job job, RecordStream stream, object? record) => (stream, record) switch
    {
        (RecordStream.Output, _) => Add(job.Output, record is null ? null! : PSObject.AsPSObject(record)),
        (RecordStream.Error, ErrorRecord error) => Add(job.Error, error),
        (RecordStream.Warning, WarningRecord warning) => Add(job.Warning, warning),
        (RecordStream.Verbose, VerboseRecord verbose) => Add(job.Verbose, verbose),
        (RecordStream.Debug, DebugRecord debug) => Add(job.Debug, debug),
        (RecordStream.Information, InformationRecord information) => Add(job.Information, information),
        (RecordStream.Progress, ProgressRecord progress) => !ReplaceProgress(job, progress) && Add(job.Progress, progress),
        _ => false,
    };

    private static bool Add<T>(PSDataCollection<T> records, T record)
    {
        records.Add(record);
        return true;
    }

    /// <summary>Progress tells how it stands now: what nobody has seen yet is overwritten, not kept.</summary>
    private static bool ReplaceProgress(Job job, ProgressRecord progress)
    {
        var known = job.Progress;

        // Receive-Job takes records out of it without our gate.
        lock (((ICollection)known).SyncRoot)
        {
            for (var i = known.Count - 1; i >= 0; i--)
            {
                if (known[i].ActivityId == progress.ActivityId)
                {
                    known[i] = progress;
                    return true;
                }
            }
        }

        return false;
    }
}
