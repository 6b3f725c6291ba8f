using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>
/// What a pool's workers write past the streams: from their own threads to the one that drains the call. There is room for some
/// megabytes; who writes more waits until it is taken, as results wait for credit.
/// </summary>
/// <remarks>Thread-safe, but that one thread takes.</remarks>
internal sealed class PoolOutput(Action<RecordStream, object?> write, string source)
{
    private const long MaxBytes = 4 * 1024 * 1024;

    // What a record needs beside its text, about.
    private const int RecordSize = 500;

    // Guards what follows.
    private readonly object _gate = new();
    private readonly Queue<InformationRecord> _lines = new();
    private long _bytes;
    private bool _isEnding;
    private TaskCompletionSource? _room;

    /// <summary>Is woken for each line, so that it shows at once; null before there is one.</summary>
    internal TaskGroup? Group { get; set; }

    /// <summary>Takes a line.</summary>
    /// <returns>What completes when there is room for more; null where there is.</returns>
    internal Task? Take(string line)
    {
        var record = OutputLine.ToRecord(line, source);
        Task? room = null;
        lock (_gate)
        {
            _lines.Enqueue(record);
            _bytes += SizeOf(record);
            if (_bytes > MaxBytes && !_isEnding)
            {
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }
        }

        Group?.Wake();
        return room;
    }

    /// <summary>Nobody waits for room any more: workers are to end, and what they still write is their last.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _isEnding = true;
            MakeRoom();
        }
    }

    /// <summary>Writes the lines that are there. More may come meanwhile, without an end: results have their turn between.</summary>
    internal void Write()
    {
        int count;
        lock (_gate)
        {
            count = _lines.Count;
        }

        for (; count > 0; count--)
        {
            InformationRecord line;
            lock (_gate)
            {
                line = _lines.Dequeue();
                _bytes -= SizeOf(line);
                if (_bytes <= MaxBytes / 2)
                {
                    MakeRoom();
                }
            }

            write(RecordStream.Information, line);
        }
    }

    private static long SizeOf(InformationRecord line) => RecordSize + (sizeof(char) * (long)((HostInformationMessage)line.MessageData).Message.Length);

    private void MakeRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }
}
