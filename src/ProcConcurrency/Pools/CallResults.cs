using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>What comes of a call's tasks, on its way to the caller's streams, or into the records of its items.</summary>
/// <remarks>Of one thread, the one that drains the call.</remarks>
/// <param name="settings">What was asked for.</param>
/// <param name="log">Its log; null for none.</param>
/// <param name="progress">Shows the progress of a worker.</param>
/// <param name="to">Takes the records.</param>
/// <param name="marksHosts">Whether records say which machine they come from.</param>
/// <param name="history">Remembers what the pool ran; null where the pool ends with the call.</param>
/// <param name="failure">Gives why the call can't go on, once it can't; null before.</param>
internal sealed class CallResults(CallSettings settings, CallLog? log, CallProgress progress, CallOutput to, bool marksHosts, PoolHistory? history, Func<CallerException?> failure)
{
    // Inputs that could not be sent, whose records wait for their turn. The thread that adds puts them in; it is locked to use it.
    private readonly Queue<ProcPoolResult> _refused = new();

    // Where results keep the order of the input, the place that they have come to.
    private long _reached;

    /// <summary>How many were not begun.</summary>
    internal long NotRun { get; private set; }

    /// <summary>How many were ended while they ran, or before they could be tried again.</summary>
    internal long Ended { get; private set; }

    internal void Take(PoolResult result)
    {
        var item = (PoolItem)result.Task.Tag!;
        if (settings.IsDetailed && !settings.IsUnordered && item.Index != _reached)
        {
            _reached = item.Index;
            WriteRefused(item.Index);
        }

        if (result.Loss is { } loss)
        {
            Lose(item, loss);
        }
        else if (result.Records is { } records && !item.IsLost)
        {
            Write(records, item, HostOf(result.Task));
        }

        if (result.IsLast)
        {
            End(result.Task, item);
        }
    }

    /// <summary>An input can't be sent: that is told at once, or in its record.</summary>
    internal void Refuse(PoolItem item, ErrorRecord error)
    {
        log?.Refuse(item, error.ToString());
        if (!settings.IsDetailed)
        {
            to.WriteError(error);
            return;
        }

        var record = new ProcPoolResult(item.Index, item.Input) { Error = [error], Status = ProcPoolStatus.Failed, ExitCode = 1, ComputerName = settings.ComputerName };
        lock (_refused)
        {
            _refused.Enqueue(record);
        }
    }

    /// <summary>Writes the records of inputs that could not be sent and stood before another.</summary>
    internal void WriteRefused(long before)
    {
        while (true)
        {
            ProcPoolResult? record;
            lock (_refused)
            {
                if (!_refused.TryPeek(out record) || record.Index >= before)
                {
                    return;
                }

                _refused.Dequeue();
            }

            to.Write(RecordStream.Output, record);
        }
    }

    // Of its own errors Pester reads in the target what it says of the test, and its whole run ends where that is not there.
    private static bool IsOfPester(ErrorRecord error) =>
        error.FullyQualifiedErrorId is "PesterAssertionFailed" or "PesterTestSkipped" or "PesterTestInconclusive" or "PesterTestPending";

    /// <summary>Something of what an item wrote can't be had; nor is what follows handed on, which may be the rest of a table.</summary>
    private void Lose(PoolItem item, IOException loss)
    {
        if (!item.IsLost)
        {
            item.IsLost = true;
            Write(item, Errors.ResultsLost("the item", item.Input, loss));
        }
    }

    private void Write(byte[] records, PoolItem item, string? host)
    {
        var reader = new ValueReader(records, SessionValues.Context);
        var isOver = false;
        while (RecordCodec.TryRead(ref reader, item.Input, ref isOver, out var read))
        {
            var (stream, record) = read;
            if (host is not null && record is not null)
            {
                record = Origin.MarkHost(record, host, isOutput: stream == RecordStream.Output);
            }

            switch (record)
            {
                case ErrorRecord error when stream == RecordStream.Error && !NativeOutput.IsLine(error):
                    if (!IsOfPester(error))
                    {
                        EngineInternals.Errors.SetTarget(error, item.Input);
                    }

                    Write(item, error);
                    break;
                case ErrorRecord line:
                    EngineInternals.Errors.SetTarget(line, item.Input);
                    Write(stream, line, item);
                    break;
                case ProgressRecord shown when stream == RecordStream.Progress:
                    progress.Forward(shown);
                    break;
                default:
                    Write(stream, record, item);
                    break;
            }
        }
    }

    private void Write(RecordStream stream, object? record, PoolItem item)
    {
        if (stream != RecordStream.Output)
        {
            to.Write(stream, record);
        }
        else if (settings.IsDetailed)
        {
            (item.Output ??= []).Add(record);
        }
        else if (item.Format is null && !FormatSequence.Concerns(record))
        {
            to.Write(stream, record);
        }
        else if (!(item.Format ??= new FormatSequence()).TryTake(record, out var whole))
        {
            to.Write(stream, record);
        }
        else
        {
            whole?.ForEach(part => to.Write(RecordStream.Output, part));
        }
    }

    private void Write(PoolItem item, ErrorRecord error)
    {
        item.FirstError ??= error.ToString();
        if (settings.IsDetailed)
        {
            (item.Errors ??= []).Add(error);
        }
        else
        {
            to.Write(RecordStream.Error, error);
        }
    }

    /// <summary>What records say of where they come from; null where all is of this machine.</summary>
    private string? HostOf(PoolTask task) => marksHosts ? task.HostName ?? RemoteTarget.ThisMachine : null;

    private void End(PoolTask task, PoolItem item)
    {
        item.Format?.End().ForEach(part => to.Write(RecordStream.Output, part));
        item.Format = null;
        if (item.FirstError is not null)
        {
            log?.Tell();
        }

        var isCallsFault = task.Cause is PoolTaskCause.Definition or PoolTaskCause.Pool;
        if (isCallsFault || task.State == PoolTaskState.Canceled)
        {
            NotRun += task.Attempts == 0 ? 1 : 0;
            Ended += task.Attempts == 0 ? 0 : 1;
        }

        var error = ItemEnd.ErrorOf(task, item, settings.Task);
        if (error is not null && HostOf(task) is { } host)
        {
            Origin.MarkHost(error, host, isOutput: false);
        }

        if ((item.FirstError ?? error?.ToString()) is { } text)
        {
            history?.Explain(task, text);
        }

        if (settings.IsDetailed)
        {
            to.Write(RecordStream.Output, ItemEnd.RecordOf(task, item, isCallsFault ? failure()?.Record : error, settings.ComputerName));
        }
        else if (error is not null)
        {
            to.WriteError(error);
        }
    }
}
