using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Jobs;

/// <summary>
/// A child's records: kept in its job's collections, where Receive-Job finds them, with a log of the order in which
/// they came across all streams, which those collections don't have. Whoever takes a record first has it.
/// <code>
/// Add -> stamp, the next of all logs -> Take:    one log's, in its order
///                                    -> TakeAll: of all at one moment, by their stamps
/// </code>
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="job">Where the records are kept.</param>
/// <param name="isStamped">Whether it is taken together with others, in the order in which records came to any of them.</param>
internal sealed class RecordLog(Job job, bool isStamped = false)
{
    private const int TrimAt = 4096;
    private const int StreamCount = (int)RecordStream.Progress + 1;

    // What came last, of all logs: whoever writes because of what another has written has the later stamp.
    private static long s_stamp;
    private static long s_logs;

    // The order in which gates are entered, where several are.
    private readonly long _number = Interlocked.Increment(ref s_logs);

    // Guards everything below, and every addition to the job's collections.
    private readonly object _gate = new();
    private readonly List<Arrival> _arrivals = [];
    private readonly List<TakenRecord> _returned = [];
    private readonly long[] _added = new long[StreamCount];
    private readonly long[] _logged = new long[StreamCount];
    private List<int> _order = []; // The streams, as numbers: a list of these needs no machine code of its own.

    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return job.CountRecords() == 0 && _returned.Count == 0;
            }
        }
    }

    /// <summary>Adds what came together, in its order.</summary>
    internal void Add(IReadOnlyList<StreamRecord> records)
    {
        lock (_gate)
        {
            Trim();
            var before = _order.Count;
            for (var i = 0; i < records.Count; i++)
            {
                var (stream, record) = records[i];
                if (job.Keep(stream, record))
                {
                    _added[(int)stream]++;
                    _order.Add((int)stream);
                }
            }

            if (isStamped && _order.Count > before)
            {
                Stamp(_order.Count - before);
            }
        }
    }

    /// <summary>Takes all records that are there, in the order in which they came.</summary>
    /// <param name="keep">Leave them there.</param>
    internal List<StreamRecord> Take(bool keep)
    {
        var records = new List<StreamRecord>();
        Take(keep, (_, stream, record) => records.Add(new StreamRecord(stream, record)));
        return records;
    }

    /// <summary>
    /// Takes the records of several logs, in the order in which they came to any of them. All gates are closed meanwhile: what has led to
    /// a record that is taken, such as what another child wrote before it left a lock, is taken too.
    /// </summary>
    internal static List<TakenRecord> TakeAll(IEnumerable<RecordLog> logs)
    {
        var records = new List<TakenRecord>();
        var entered = new Stack<RecordLog>();
        bool isOne;
        try
        {
            foreach (var log in logs.OrderBy(static log => log._number))
            {
                Monitor.Enter(log._gate);
                entered.Push(log);
            }

            isOne = entered.Count == 1;
            foreach (var log in entered)
            {
                log.Take(keep: false, (stamp, stream, record) => records.Add(new TakenRecord(log, stamp, stream, record)));
            }
        }
        finally
        {
            while (entered.TryPop(out var log))
            {
                Monitor.Exit(log._gate);
            }
        }

        // One log's are in their order. Stable: what came together stays together.
        return isOne ? records : [.. records.OrderBy(static record => record.Stamp)];
    }

    /// <summary>
    /// Puts records back that could not be handed on: in their order, before all that has come since. Not into the job's collections,
    /// which a job that has ended has closed: so Receive-Job doesn't find them.
    /// </summary>
    internal static void PutBack(IEnumerable<TakenRecord> records)
    {
        foreach (var own in records.GroupBy(static record => record.Log))
        {
            lock (own.Key._gate)
            {
                own.Key._returned.InsertRange(0, own);
            }
        }
    }

    private void Take(bool keep, Action<long, RecordStream, object?> take)
    {
        lock (_gate)
        {
            _returned.ForEach(record => take(record.Stamp, record.Stream, record.Record));
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
            var (batch, left) = (-1, 0);
            foreach (var stream in _order)
            {
                if (isStamped && left-- == 0)
                {
                    left = _arrivals[++batch].Count - 1;
                }

                var list = lists[stream];
                var place = next[stream]++ - (_added[stream] - list.Length);
                if (place >= 0)
                {
                    take(isStamped ? _arrivals[batch].Stamp : 0, (RecordStream)stream, ((object?[])list)[place]);
                }
            }

            if (!keep)
            {
                _order = [];
                _returned.Clear();
                _arrivals.Clear();
                _added.CopyTo(_logged, 0);
            }
        }
    }

    /// <summary>Notes that so many have come. They are one with the last where nothing has come to another log since.</summary>
    private void Stamp(int count)
    {
        if (_arrivals.Count > 0 && _arrivals[^1].Stamp == Interlocked.Read(ref s_stamp))
        {
            _arrivals[^1].Count += count;
        }
        else
        {
            _arrivals.Add(new Arrival(Interlocked.Increment(ref s_stamp)) { Count = count });
        }
    }

    /// <summary>Where Receive-Job takes the records, nobody takes their order: forget it once it is long and of nothing.</summary>
    private void Trim()
    {
        if (_order.Count >= TrimAt && job.CountRecords() == 0)
        {
            _order.Clear();
            _arrivals.Clear();
            _added.CopyTo(_logged, 0);
        }
    }

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

    /// <summary>Records that came one after the other, with none of another log between.</summary>
    private sealed class Arrival(long stamp)
    {
        internal long Stamp => stamp;

        internal int Count { get; set; }
    }
}

/// <summary>A record that was taken out of a child's log.</summary>
/// <param name="Log">Whose it is.</param>
/// <param name="Stamp">When it came, among all records.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Record">The record.</param>
internal sealed record TakenRecord(RecordLog Log, long Stamp, RecordStream Stream, object? Record);
