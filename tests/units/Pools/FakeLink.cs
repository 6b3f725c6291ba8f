using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Units.Pools;

/// <summary>A worker's process that only notes what it is told. What has to come in order waits behind something large; all else overtakes it.</summary>
internal sealed class FakeLink : IChildLink
{
    private readonly List<uint> _inOrder = [];
    private readonly TaskCompletionSource _ended = new();

    public int ProcessId => 1;

    public string OutputTail => string.Empty;

    public Task Ended => _ended.Task;

    internal List<uint> Arrived { get; } = [];

    /// <summary>What is done when it is killed.</summary>
    internal Action? OnKill { get; init; }

    public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Arrived.Add(id);

    public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _inOrder.Add(id);

    public Task OutputUpTo(string mark) => Task.CompletedTask;

    public void Kill()
    {
        OnKill?.Invoke();
        _ended.TrySetResult();
    }

    public void Dispose() => _ended.TrySetResult();

    /// <summary>What waited comes.</summary>
    internal void Arrive() => Arrived.AddRange(_inOrder);
}
