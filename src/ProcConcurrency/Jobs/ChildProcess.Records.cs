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
    private readonly List<(RecordStream Stream, object? Record)> _arrived = [];
    private ErrorRecord? _lastError;

    void IChildHandler.OnReady(IChildLink child) => child.Post(MessageKind.Request, ChildProtocol.Run, RunSettings.Named(Name, _plan.Payload));

    void IChildHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        if (kind == MessageKind.Answer)
        {
            var answer = new ValueReader(payload, _context);
            _ = answer.Read();
            lock (_gate)
            {
                _answered = true;
                _threw = answer.Read() is true;
            }

            return;
        }

        var reader = new ValueReader(payload, _context);
        while (!reader.AtEnd)
        {
            _arrived.Add(RecordCodec.Read(ref reader));
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
            ExitCode = status.Code;
            crashed = !_answered && !_stopAsked && status.Code != 0;
            state = _stopAsked && status.Signal is not null ? JobState.Stopped : status.Code == 0 ? JobState.Completed : JobState.Failed;
        }

        if (crashed)
        {
            var error = _isOverTime
                ? Errors.TimeLimitReached(this, Name, child.ProcessId, TimeLimit!.Value)
                : Errors.ChildCrashed(this, Name, child.ProcessId, status, child.OutputTail);
            Add([(RecordStream.Error, error)]);
        }

        _clock?.Dispose();
        _plan.LetGo();
        _reason = crashed || _threw ? _lastError?.Exception : new RuntimeException($"The script ended with {status}.");
        try
        {
            Become(state);
        }
        catch (ObjectDisposedException)
        {
            // It was removed between its exit code and now.
        }

        _ended.TrySetResult();
        Changed?.Invoke();
    }

    private void Add(IReadOnlyList<(RecordStream Stream, object? Record)> records)
    {
        foreach (var (stream, record) in records)
        {
            if (stream != RecordStream.Output && record is not null)
            {
                Origin.Mark(record, this);
                _lastError = record as ErrorRecord ?? _lastError;
            }
        }

        _records.Add(records);
        Changed?.Invoke();
    }

    private void TakeOutputLine(string line) => Add([(RecordStream.Information, OutputLine.ToRecord(line, Name))]);
}
