using System.Collections.Concurrent;
using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>What a pool's workers write past the streams: from their own threads to the one that drains the call.</summary>
internal sealed class PoolOutput(Action<RecordStream, object?> write, string source)
{
    private readonly ConcurrentQueue<InformationRecord> _lines = [];

    /// <summary>Is woken for each line, so that it shows at once; null before there is one.</summary>
    internal TaskGroup? Group { get; set; }

    internal void Take(string line)
    {
        _lines.Enqueue(OutputLine.ToRecord(line, source));
        Group?.Wake();
    }

    internal void Write()
    {
        while (_lines.TryDequeue(out var line))
        {
            write(RecordStream.Information, line);
        }
    }
}
