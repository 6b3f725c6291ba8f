using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A process as the hub sees it: sends requests, and keeps what comes back, in order.</summary>
internal sealed class FakeProcess : IHubReceiver
{
    private readonly Hub _hub;
    private readonly List<Reply> _replies = [];
    private uint _lastId;

    internal FakeProcess(Hub hub, int number, string? name = null)
    {
        _hub = hub;
        Number = number;
        Client = hub.Open(number, number, name ?? $"p{number}", this);
    }

    internal int Number { get; }

    internal HubClient Client { get; }

    /// <summary>What has come since it was last asked for.</summary>
    internal List<Reply> Take()
    {
        lock (_replies)
        {
            List<Reply> taken = [.. _replies];
            _replies.Clear();
            return taken;
        }
    }

    internal long Create(HubObjectKind kind, Action<PayloadWriter> settings, string? name = null)
    {
        var writer = Begin(HubOperation.Create, 0);
        writer.Byte((byte)kind).Text(name);
        settings(writer);
        _hub.Execute(Client, ++_lastId, writer.Written);
        return Take()[^1].Reader().Int64();
    }

    internal uint Send(HubOperation operation, long id, Action<PayloadWriter>? arguments = null, CallFlags flags = CallFlags.None, int caller = 1)
    {
        var writer = Begin(operation, id, flags, caller);
        arguments?.Invoke(writer);
        _hub.Execute(Client, ++_lastId, writer.Written);
        return _lastId;
    }

    internal void Cancel(uint request, bool forGood) => _hub.Cancel(Client, request, forGood);

    internal void Die(int? exitCode) => _hub.Close(Client, exitCode);

    bool IHubReceiver.Deliver(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
    {
        descriptor?.Dispose();
        lock (_replies)
        {
            _replies.Add(new Reply(id, kind, payload.ToArray()));
        }

        return false;
    }

    private PayloadWriter Begin(HubOperation operation, long id, CallFlags flags = CallFlags.None, int caller = 1) =>
        new PayloadWriter().Int64(Client.Id).Byte((byte)operation).Int64(id).Int32(caller).Byte((byte)flags);

    internal sealed record Reply(uint Id, MessageKind Kind, byte[] Payload)
    {
        internal HubFault? Fault => Kind == MessageKind.Fault ? (HubFault)Payload[HubProtocol.ClientSize] : null;

        /// <summary>What it mentions stands at its end: how many objects, and before that the id of each.</summary>
        internal long[] Mentioned => Kind == MessageKind.Answer
            ? [.. Enumerable.Range(1, BitConverter.ToInt32(Payload, Payload.Length - 4)).Select(place => BitConverter.ToInt64(Payload, Payload.Length - 4 - (8 * place)))]
            : [];

        internal PayloadReader Reader() => new(Payload.AsSpan(HubProtocol.ClientSize..(Kind == MessageKind.Answer ? Payload.Length - 4 - (8 * Mentioned.Length) : Payload.Length)));
    }
}
