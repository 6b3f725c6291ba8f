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
    internal static bool Keep(this Job job, RecordStream stream, object? record)
    {
        switch (stream)
        {
            case RecordStream.Output:
                job.Output.Add(record is null ? null! : PSObject.AsPSObject(record));
                return true;
            case RecordStream.Error when record is ErrorRecord error:
                job.Error.Add(error);
                return true;
            case RecordStream.Warning when record is WarningRecord warning:
                job.Warning.Add(warning);
                return true;
            case RecordStream.Verbose when record is VerboseRecord verbose:
                job.Verbose.Add(verbose);
                return true;
            case RecordStream.Debug when record is DebugRecord debug:
                job.Debug.Add(debug);
                return true;
            case RecordStream.Information when record is InformationRecord information:
                job.Information.Add(information);
                return true;
            case RecordStream.Progress when record is ProgressRecord progress && !ReplaceProgress(job, progress):
                job.Progress.Add(progress);
                return true;
            default:
                return false;
        }
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
