using System.Net.Sockets;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>The way to a manager's hub: a connection of this process's own, authenticated both ways.</summary>
/// <remarks>Thread-safe. One a process and address, shared by all handles.</remarks>
public sealed class ConnectedHubPort : HubPort, IMessageHandler, IDisposable
{
    // Guards s_ports.
    private static readonly object s_gate = new();
    private static readonly Dictionary<string, ConnectedHubPort> s_ports = [];

    private readonly byte[] _key;
    private readonly Channel _channel;

    private ConnectedHubPort(string address, byte[] key, Stream stream)
        : base(Session.NewClientId())
    {
        Address = address;
        _key = key;
        _channel = new Channel(stream, this);
    }

    /// <inheritdoc/>
    public override string Address { get; }

    /// <summary>The key that its hub wants proved.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Whether the connection stands.</summary>
    public bool IsConnected { get; private set; } = true;

    /// <summary>Connects, or gives the connection that stands.</summary>
    /// <param name="address">See <see cref="HubAddress"/>.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="name">The name that this process goes by there.</param>
    /// <param name="timeout">The longest to wait for the other side.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="SocketException">Nobody listens there, or answers.</exception>
    /// <exception cref="AuthenticationException">The other side doesn't know the key, or is no hub.</exception>
    public static ConnectedHubPort Connect(string address, ReadOnlySpan<byte> key, string name, TimeSpan timeout, CancellationToken canceled = default)
    {
        var endpoint = HubAddress.Parse(address);
        address = HubAddress.Format(endpoint);
        lock (s_gate)
        {
            if (s_ports.TryGetValue(address, out var known) && known.IsConnected && known.Key.SequenceEqual(key))
            {
                return known;
            }
        }

        var socket = ConnectingSocket.Connect(endpoint, key, timeout, canceled);
        var port = new ConnectedHubPort(address, key.ToArray(), new NetworkStream(socket, ownsSocket: true));
        try
        {
            port.Open(name);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        lock (s_gate)
        {
            s_ports[address] = port;
        }

        return port;
    }

    /// <summary>Closes the connection: its handles are gone. The hub hears that the process has left, not that it died.</summary>
    public void Dispose()
    {
        try
        {
            SendNotice(new PayloadWriter().Int64(ClientId).Byte((byte)HubNotice.Closed).Flag(true).Int32(0).Written);
        }
        catch (IOException)
        {
            // The hub is gone.
        }

        _channel.Dispose();
    }

    /// <summary>At the end of the process: leaves every hub.</summary>
    internal static void DisposeAll()
    {
        ConnectedHubPort[] ports;
        lock (s_gate)
        {
            ports = [.. s_ports.Values];
        }

        foreach (var port in ports)
        {
            port.Dispose();
        }
    }

    void IMessageHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        if (kind is not (MessageKind.Answer or MessageKind.Fault))
        {
            throw new ProtocolException("a hub sent something that is no answer");
        }

        OnReply(kind, id, payload);
    }

    void IMessageHandler.OnClosed(Exception? cause)
    {
        IsConnected = false;
        Close(cause is ProtocolException or not (null or IOException)
            ? $"The connection to the manager at {Address} was closed: {cause.Message}"
            : $"The manager at {Address} has ended, or closed the connection.");
    }

    private protected override void SendRequest(uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) =>
        _channel.Send(MessageKind.Request, id, payload, descriptor);

    private protected override void SendNotice(ReadOnlySpan<byte> payload) => _channel.Send(MessageKind.Notice, HubProtocol.NoticeId, payload);

    private void Open(string name)
    {
        SendNotice(new PayloadWriter().Int64(ClientId).Byte((byte)HubNotice.Opened).Int32(Environment.ProcessId).Text(name).Written);
        Background.Start("manager " + Address, _channel.ReadToEnd);
    }
}
