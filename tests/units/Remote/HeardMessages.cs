using System.Collections.Concurrent;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency.Units.Remote;

/// <summary>Has what a relay's other end says, in order, for a test to look at.</summary>
internal sealed class HeardMessages : IRelayOwner
{
    private readonly BlockingCollection<(MessageKind Kind, uint Id, byte[] Payload)> _messages = [];

    public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _messages.Add((kind, id, payload.ToArray()));

    public void OnClosed(string? reason)
    {
    }

    internal (MessageKind Kind, uint Id, byte[] Payload) Next() => _messages.TryTake(out var message, TimeSpan.FromSeconds(60)) ? message : throw new TimeoutException();
}
