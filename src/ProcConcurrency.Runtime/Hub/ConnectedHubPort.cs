using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>The way to a manager's hub: a connection of this process's own, authenticated both ways.</summary>
/// <remarks>Thread-safe. One a process and address, shared by all handles.</remarks>
public sealed class ConnectedHubPort : SendingHubPort, IMessageHandler, IDisposable
{
    // Guards s_ports.
    private static readonly object s_gate = new();
    private static readonly Dictionary<string, ConnectedHubPort> s_ports = [];

    private readonly ListenerKey _key;
    private readonly Channel _channel;

    private ConnectedHubPort(string address, ListenerKey key, Stream stream)
        : base(Session.NewClientId())
    {
        Address = address;
        _key = key;
        _channel = new Channel(stream, this);
    }

    /// <inheritdoc/>
    public override string Address { get; }

    /// <inheritdoc/>
    internal override bool SharesClock => HubAddress.IsLocal(HubAddress.Parse(Address));

    /// <summary>The key that its hub wants proved.</summary>
    public ReadOnlySpan<byte> Key => _key.Key;

    /// <summary>Whether the connection stands.</summary>
    public bool IsConnected { get; private set; } = true;

    /// <summary>Connects, or gives the connection that stands.</summary>
    /// <param name="address">See <see cref="HubAddress"/>.</param>
    /// <param name="key">What both know.</param>
    /// <param name="thumbprint">Of the certificate there; null for any that this machine trusts, or where nothing is encrypted.</param>
    /// <param name="name">The name that this process goes by there.</param>
    /// <param name="timeout">The longest to wait for the other side.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="SocketException">Nobody listens there, or answers.</exception>
    /// <exception cref="CertificateException">The certificate there is not the one, or not trusted.</exception>
    /// <exception cref="AuthenticationException">The other side doesn't know the key, or is no hub.</exception>
    public static ConnectedHubPort Connect(
        string address, HandshakeKey key, string? thumbprint, string name, TimeSpan timeout, CancellationToken canceled = default)
    {
        var target = HubAddress.ParseTarget(address).With(thumbprint);
        address = HubAddress.Format(target);
        ConnectedHubPort? known;
        lock (s_gate)
        {
            s_ports.TryGetValue(address, out known);
        }

        if (known is { IsConnected: true } && CryptographicOperations.FixedTimeEquals(known.Key, key.Derive(known._key.Salt)))
        {
            return known;
        }

        var socket = ConnectingSocket.Connect(target, key, timeout, canceled, out var proved);
        var port = new ConnectedHubPort(address, proved, ParkedSocket.ToStream(socket, target.Endpoint is UnixDomainSocketEndPoint));
        try
        {
            port.Open(name);
        }
        catch
        {
            port._channel.Dispose();
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
            SendNotice(new PayloadWriter().Int64(ClientId).Byte((byte)HubNotice.Closed).Flag(true).Int32(0).Written, isInOrder: true);
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

    void IMessageHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle descriptor)
    {
        if (kind is not (MessageKind.Answer or MessageKind.Fault))
        {
            descriptor.Dispose();
            throw new ProtocolException("a hub sent something that is no answer");
        }

        OnReply(kind, id, payload, descriptor);
    }

    void IMessageHandler.OnClosed(Exception? cause)
    {
        IsConnected = false;
        Close(cause is ProtocolException or not (null or IOException)
            ? $"The connection to the manager at {Address} was closed: {cause.Message}"
            : $"The manager at {Address} has ended, or closed the connection.");
    }

    private protected override IMessageSender Sender => _channel;

    private void Open(string name)
    {
        SendNotice(new PayloadWriter().Int64(ClientId).Byte((byte)HubNotice.Opened).Int32(Environment.ProcessId).Text(name).Written, isInOrder: false);
        Background.Start("manager " + Address, _channel.ReadToEnd);
    }
}
