using System.Management.Automation;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Jobs;

/// <summary>What the process sends, and how it ended: from its link to its record log.</summary>
public sealed partial class ChildProcess : IChildHandler
{
    // Of one message; used by the child's own thread only.
    private readonly List<StreamRecord> _arrived = [];
    private readonly FormatSequence _format = new();
    private ErrorRecord? _lastError;

    void IChildHandler.OnReady(IChildLink child)
    {
        lock (_gate)
        {
            // Before any record, which has its process id.
            _link = (ChildLink)child;
        }

        child.Post(MessageKind.Request, ChildProtocol.Run, RunSettings.Named(Name, _plan.Payload));
    }

    void IChildHandler.OnOpened(IChildLink child) => SpareChildren.Want(_plan);

    void IChildHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        if (kind == MessageKind.Answer)
        {
            var answer = RunAnswer.Read(payload, _context);
            lock (_gate)
            {
                _answer = answer.Code;
                _threw = answer.Threw;
            }

            return;
        }

        var reader = new ValueReader(payload, _context);
        var isOver = false;
        while (RecordCodec.TryRead(ref reader, this, ref isOver, out var record))
        {
            _format.Add(record, _arrived);
        }

        Add(_arrived);
        _arrived.Clear();
    }

    void IChildHandler.OnExited(IChildLink child, ExitStatus status)
    {
        JobState state;
        bool crashed;
        lock (_gate)
        {
            // Where another part of this process took the exit code from the system, the child's own word is left.
            status = status == ExitStatus.Unknown && _answer is { } answer ? new ExitStatus(answer) : status;
            ExitCode = status.Code;
            crashed = !_stopAsked && (_answer is null ? status.Code != 0 : _isOverTime && status.Signal is not null);
            state = _stopAsked && status.Signal is not null ? JobState.Stopped : status.Code == 0 ? JobState.Completed : JobState.Failed;
        }

        try
        {
            _clock?.Dispose();
            _plan.Release();
            try
            {
                AddLast(child, status, crashed);
            }
            finally
            {
                var what = _plan.Settings.Bundle.CommandName is null ? "The script" : $"The command '{Command}'";
                Reason = crashed || _threw ? _lastError?.Exception : new RuntimeException($"{what} ended with {status}.");
                Become(state);
            }
        }
        catch (InvalidOperationException)
        {
            // It was removed between its exit code and now: its streams are closed, and it takes no state any more.
        }
        finally
        {
            // Whatever somebody throws who is told by an event.
            _ended.TrySetResult();
            Changed?.Invoke();
        }
    }

    /// <summary>Adds what was held back until more came, and the error of a process that crashed.</summary>
    private void AddLast(IChildLink child, ExitStatus status, bool crashed)
    {
        if (_format.IsHolding)
        {
            var rest = new List<StreamRecord>();
            _format.AddEnd(rest);
            Add(rest);
        }

        if (crashed)
        {
            var error = _isOverTime
                ? Errors.TimeLimitReached(this, Name, child.ProcessId, TimeLimit!.Value)
                : status == ExitStatus.Unknown && child.Host.Loss is { } loss
                ? Errors.HostLost(this, Name, child.ProcessId, child.Host.Name!, loss)
                : Errors.ChildCrashed(this, Name, child.ProcessId, status, child.OutputTail);
            Add([new StreamRecord(RecordStream.Error, error)]);
        }
    }

    private void Add(IReadOnlyList<StreamRecord> records)
    {
        foreach (var (stream, record) in records)
        {
            if (stream != RecordStream.Output && record is not null)
            {
                Origin.Mark(record, this);
                _lastError = record is ErrorRecord error && !NativeOutput.IsLine(error) ? error : _lastError;
            }
        }

        if (ComputerName is { } host)
        {
            records = [.. records.Select(read => read is (RecordStream.Output, { } record) ? read with { Record = Origin.MarkHost(record, host, isOutput: true) } : read)];
        }

        _records.Add(records);
        Changed?.Invoke();
    }

    private void TakeOutputLine(string line) => Add([new StreamRecord(RecordStream.Information, OutputLine.ToRecord(line, Name))]);
}
