using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Jobs;

/// <summary>
/// A child's records: kept in its job's collections, where Receive-Job finds them, with a log of the order in which
/// they came across all streams, which those collections don't have. Whoever takes a record first has it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RecordLog(Job job)
{
    private const int TrimAt = 4096;
    private const int StreamCount = (int)RecordStream.Progress + 1;

    // Guards everything below, and every addition to the job's collections.
    private readonly object _gate = new();
    private readonly long[] _added = new long[StreamCount];
    private readonly long[] _logged = new long[StreamCount];
    private List<RecordStream> _order = [];

    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return Held() == 0;
            }
        }
    }

    /// <summary>Adds what came together, in its order.</summary>
    internal void Add(IEnumerable<(RecordStream Stream, object? Record)> records)
    {
        lock (_gate)
        {
            Trim();
            foreach (var (stream, record) in records)
            {
                if (Keep(stream, record))
                {
                    _added[(int)stream]++;
                    _order.Add(stream);
                }
            }
        }
    }

    /// <summary>Takes all records that are there, in the order in which they came.</summary>
    /// <param name="keep">Leave them there.</param>
    internal List<(RecordStream Stream, object? Record)> Take(bool keep)
    {
        lock (_gate)
        {
            var order = _order;
            var lists = new Array[StreamCount];
            lists[(int)RecordStream.Output] = Take(job.Output, keep);
            lists[(int)RecordStream.Error] = Take(job.Error, keep);
            lists[(int)RecordStream.Warning] = Take(job.Warning, keep);
            lists[(int)RecordStream.Verbose] = Take(job.Verbose, keep);
            lists[(int)RecordStream.Debug] = Take(job.Debug, keep);
            lists[(int)RecordStream.Information] = Take(job.Information, keep);
            lists[(int)RecordStream.Progress] = Take(job.Progress, keep);

            // What Receive-Job has taken is missing from the front of its collection.
            var next = (long[])_logged.Clone();
            var records = new List<(RecordStream, object?)>(order.Count);
            foreach (var stream in order)
            {
                var list = lists[(int)stream];
                var place = next[(int)stream]++ - (_added[(int)stream] - list.Length);
                if (place >= 0)
                {
                    records.Add((stream, ((object?[])list)[place]));
                }
            }

            if (!keep)
            {
                _order = [];
                _added.CopyTo(_logged, 0);
            }

            return records;
        }
    }

    private bool Keep(RecordStream stream, object? record)
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
            case RecordStream.Progress when record is ProgressRecord progress && !ReplaceProgress(progress):
                job.Progress.Add(progress);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Where Receive-Job takes the records, nobody takes their order: forget it once it is long and of nothing.</summary>
    private void Trim()
    {
        if (_order.Count >= TrimAt && Held() == 0)
        {
            _order.Clear();
            _added.CopyTo(_logged, 0);
        }
    }

    private int Held() => job.Output.Count + job.Error.Count + job.Warning.Count + job.Verbose.Count + job.Debug.Count
        + job.Information.Count + job.Progress.Count;

    private static T[] Take<T>(PSDataCollection<T> collection, bool keep)
    {
        // ReadAll would do, but takes the first element off one by one: a time that grows with the square of their number.
        lock (((ICollection)collection).SyncRoot)
        {
            var copy = new T[collection.Count];
            collection.CopyTo(copy, 0);
            if (!keep)
            {
                collection.Clear();
            }

            return copy;
        }
    }

    /// <summary>Progress tells how it stands now: what nobody has seen yet is overwritten, not kept.</summary>
    private bool ReplaceProgress(ProgressRecord progress)
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
