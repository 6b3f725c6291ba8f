using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>A child on another machine, as the session's side of the relay knows it.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RemoteChild
{
    private readonly TaskCompletionSource<int> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ExitStatus> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RelayStream _channel;
    private readonly RelayStream _output;

    internal RemoteChild(Relay relay, int number)
    {
        Number = number;
        _channel = relay.Open(RelayProtocol.ChannelOf(number));
        _output = relay.Open(RelayProtocol.OutputOf(number));
    }

    internal int Number { get; }

    /// <summary>Its process id, once the far machine has started it; else why it hasn't.</summary>
    internal Task<int> Started => _started.Task;

    /// <summary>Whether its process is gone, or counts as gone.</summary>
    internal bool IsOver => _exited.Task.IsCompleted;

    internal SpawnedProcess Process => new(_started.Task.Result, _channel, _output, _exited.Task);

    internal void OnStarted(int processId) => _started.TrySetResult(processId);

    /// <summary>It was not started, unless it was before.</summary>
    internal void OnRefused(Exception reason)
    {
        if (_started.TrySetException(reason))
        {
            _ = _started.Task.Exception; // Nobody may be left who looks at it.
            Close();
        }
    }

    /// <summary>Nobody here has its streams, or wants them.</summary>
    internal void Close()
    {
        _channel.Dispose();
        _output.Dispose();
    }

    internal void OnExited(ExitStatus status) => _exited.TrySetResult(status);

    /// <summary>The far machine doesn't say how it ended, or whether: nothing more of it is waited for.</summary>
    internal void GiveUp(ExitStatus status)
    {
        _channel.EndWhenEmpty();
        _output.EndWhenEmpty();
        _exited.TrySetResult(status);
    }
}
