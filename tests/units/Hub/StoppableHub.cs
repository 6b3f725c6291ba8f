using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A process with its way to a hub, which holds back what it gets while it is stopped.</summary>
internal sealed class StoppableHub : IMessageSender, IHubReceiver
{
    private readonly Hub _hub;
    private readonly HubClient _client;
    private bool _isStopped;
    private bool _canWithdraw;

    internal StoppableHub(Hub hub, int number)
    {
        _hub = hub;
        _client = hub.Open(number, number, $"p{number}", this);
        Port = new ChannelHubPort(this, number, string.Empty);
    }

    internal ChannelHubPort Port { get; }

    internal List<(MessageKind Kind, uint Id, byte[] Payload)> Held { get; } = [];

    internal void Stop(bool canWithdraw = false)
    {
        _isStopped = true;
        _canWithdraw = canWithdraw;
    }

    internal void Continue()
    {
        _isStopped = false;
        foreach (var (kind, id, payload) in Held)
        {
            Take(kind, id, payload);
        }
    }

    public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null)
    {
        if (_isStopped)
        {
            Held.Add((kind, id, payload.ToArray()));
        }
        else
        {
            Take(kind, id, payload);
        }
    }

    public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Post(kind, id, payload);

    public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) =>
        _canWithdraw && Held.RemoveAll(message => message.Kind == kind && message.Id == id) == 1;

    public bool Deliver(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
    {
        Port.OnReply(kind, id, payload.Span, descriptor);
        return false;
    }

    private void Take(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        if (kind == MessageKind.Request)
        {
            _hub.Execute(_client, id, payload);
        }
        else
        {
            HubRouter.Notice(_hub, _client, payload);
        }
    }
}
