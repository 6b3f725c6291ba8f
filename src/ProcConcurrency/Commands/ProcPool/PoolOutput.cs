using System.Collections.Concurrent;
using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Commands;

/// <summary>What a pool's workers write past the streams: from their own threads to the command's, which alone may write.</summary>
internal sealed class PoolOutput(Cmdlet cmdlet, string source)
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
            cmdlet.WriteInformation(line);
        }
    }
}
