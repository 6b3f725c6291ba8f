using System.Collections.Concurrent;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Units.Channels;

/// <summary>A handler that keeps what it is told.</summary>
internal sealed class Collector : IMessageHandler
{
    internal BlockingCollection<(MessageKind Kind, uint Id, byte[] Payload)> Messages { get; } = [];

    internal TaskCompletionSource<Exception?> Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Messages.Add((kind, id, payload.ToArray()));

    public void OnClosed(Exception? cause) => Closed.SetResult(cause);

    internal (MessageKind Kind, uint Id, byte[] Payload) Next() =>
        Messages.TryTake(out var message, TimeSpan.FromSeconds(60)) ? message : throw new TimeoutException("No message came.");
}
