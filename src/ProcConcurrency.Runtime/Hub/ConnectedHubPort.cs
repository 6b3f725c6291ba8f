using System.Diagnostics;
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
    // How long a manager has to answer whose address came with a handle.
    private static readonly TimeSpan s_patience = ListenerSocket.s_patience;

    // How long nobody tries again what the session could not do for this manager's objects.
    private const int PauseMilliseconds = 60_000;

    // How long the last that is said to a hub may take to go.
    private const int FarewellMilliseconds = 500;

    // Guards s_ports, and the state of each. Those that have ended are in it no more.
    private static readonly object s_gate = new();
    private static readonly Dictionary<string, ConnectedHubPort> s_ports = [];

    private readonly ConnectingSender _sender = new();
    private readonly string _name;
    private ListenerKey _key;
    private Channel? _channel;
    private volatile State _state;
    private long _slowUntil; // Both in the system's ticks.
    private long _unheldUntil;

    private ConnectedHubPort(string address, ListenerKey key, string name)
        : base(Session.NewClientId())
    {
        Address = address;

        // A port of this machine may lead to another one, by ssh.
        HubIsNeighbour = HubAddress.Parse(address) is UnixDomainSocketEndPoint;
        _key = key;
        _name = name;
    }

    private enum State
    {
        Connecting,
        Connected,
        Ended,
    }

    /// <inheritdoc/>
    public override string Address { get; }

    /// <inheritdoc/>
    internal override bool HubIsNeighbour { get; }

    /// <summary>The key that its hub wants proved.</summary>
    public ReadOnlySpan<byte> Key => _key.Key;

    /// <summary>Whether the connection stands.</summary>
    public bool IsConnected => _state == State.Connected;

    /// <summary>Whether this manager did not answer the session a short time ago: nobody waits for that again.</summary>
    internal bool IsSlow => Environment.TickCount64 < Volatile.Read(ref _slowUntil);

    /// <summary>Whether the session could not reach this manager a short time ago, or was not to be reached: it isn't asked again.</summary>
    internal bool IsUnheld => Environment.TickCount64 < Volatile.Read(ref _unheldUntil);

    private protected override IMessageSender Sender => _sender;

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

        if (known is { IsConnected: true } && known.HasKey(key.Derive(known._key.Salt)))
        {
            return known;
        }

        var stream = Connect(target, key, timeout, canceled, out var proved);
        lock (s_gate)
        {
            // Another thread may have been quicker, or still be at it.
            var port = Known(address, proved.Key) ?? (s_ports[address] = new ConnectedHubPort(address, proved, name));
            port.Begin(stream, proved);
            return port;
        }
    }

    /// <summary>
    /// Gives the connection that stands, or one that is still to be made: a thread of its own makes it, and calls wait for it as for
    /// an answer, within their time limits. So a handle can be read by a thread that never may wait.
    /// </summary>
    /// <param name="address">See <see cref="HubAddress"/>.</param>
    /// <param name="key">What both know, as a connection has it.</param>
    /// <param name="name">The name that this process goes by there.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="ArgumentException">The key is none.</exception>
    public static ConnectedHubPort Open(string address, ReadOnlySpan<byte> key, string name)
    {
        var target = HubAddress.ParseTarget(address);
        address = HubAddress.Format(target);
        var random = HandshakeKey.Random(key);
        ConnectedHubPort port;
        lock (s_gate)
        {
            if (Known(address, key) is { } known)
            {
                return known;
            }

            port = s_ports[address] = new ConnectedHubPort(address, new ListenerKey(key.ToArray(), []), name);
        }

        try
        {
            Background.Start("connect to manager", () => port.Connect(target, random), port.Fail);
        }
        catch (IOException error)
        {
            port.Fail(error);
        }

        return port;
    }

    /// <summary>The key that this process has proved at an address, or proves there now; null where it has no connection.</summary>
    /// <param name="address">See <see cref="HubAddress"/>.</param>
    public static byte[]? KeyOf(string address)
    {
        lock (s_gate)
        {
            return s_ports.GetValueOrDefault(address)?.Key.ToArray();
        }
    }

    /// <summary>Closes the connection: its handles are gone. The hub hears that the process has left, not that it died.</summary>
    public void Dispose()
    {
        Fail(new IOException("it was closed"));
        lock (s_gate)
        {
            // That the channel is closed its reading thread tells a little later.
            End();
        }

        try
        {
            // Closed at once, the channel would lose what it has still to send. A hub that doesn't read holds nobody up for long.
            _channel?.BeginSend(MessageKind.Notice, HubProtocol.NoticeId, HubRouter.Closed(ClientId, 0).Memory, isInOrder: true)?.Wait(FarewellMilliseconds);
        }
        catch (IOException)
        {
            // The hub is gone.
        }

        _channel?.Dispose();
    }

    /// <summary>See <see cref="IsSlow"/>.</summary>
    internal void NoteSlow() => Volatile.Write(ref _slowUntil, Environment.TickCount64 + PauseMilliseconds);

    /// <summary>See <see cref="IsUnheld"/>.</summary>
    internal void NoteUnheld() => Volatile.Write(ref _unheldUntil, Environment.TickCount64 + PauseMilliseconds);

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
        lock (s_gate)
        {
            End();
        }

        Close(cause is ProtocolException or not (null or IOException)
            ? $"The connection to the manager at {Address} was closed: {cause.Message}"
            : $"The manager at {Address} has ended, or closed the connection.");
    }

    /// <summary>The way to that address with that key, which stands or will.</summary>
    private static ConnectedHubPort? Known(string address, ReadOnlySpan<byte> key)
    {
        Debug.Assert(Monitor.IsEntered(s_gate));
        return s_ports.TryGetValue(address, out var known) && known.HasKey(key) ? known : null;
    }

    /// <summary>Nobody is given it from here on.</summary>
    private void End()
    {
        Debug.Assert(Monitor.IsEntered(s_gate));
        _state = State.Ended;
        if (s_ports.GetValueOrDefault(Address) == this)
        {
            s_ports.Remove(Address);
        }
    }

    private bool HasKey(ReadOnlySpan<byte> key) => CryptographicOperations.FixedTimeEquals(Key, key);

    private void Connect(HubTarget target, HandshakeKey key)
    {
        var stream = Connect(target, key, s_patience, CancellationToken.None, out var proved);
        lock (s_gate)
        {
            Begin(stream, proved);
        }
    }

    private static Stream Connect(HubTarget target, HandshakeKey key, TimeSpan timeout, CancellationToken canceled, out ListenerKey proved) =>
        ParkedSocket.ToStream(ConnectingSocket.Connect(target, key, timeout, canceled, out proved), target.Endpoint is UnixDomainSocketEndPoint);

    /// <summary>Makes a stream the connection, where there is none yet.</summary>
    private void Begin(Stream stream, ListenerKey proved)
    {
        Debug.Assert(Monitor.IsEntered(s_gate));
        if (_state != State.Connecting)
        {
            stream.Dispose();
            return;
        }

        var channel = new Channel(stream, this);
        try
        {
            channel.Post(MessageKind.Notice, HubProtocol.NoticeId, HubRouter.Opened(ClientId, Environment.ProcessId, _name, carriesDescriptors: true).Written);
            _sender.Open(channel);
            (_key, _channel, _state) = (proved, channel, State.Connected);
            Background.Start("manager " + Address, channel.ReadToEnd);
        }
        catch (Exception error)
        {
            channel.Dispose();
            _channel = null;
            Fail(error);
            throw;
        }
    }

    /// <summary>There will be no connection: who waits for it is told.</summary>
    private void Fail(Exception error)
    {
        lock (s_gate)
        {
            if (_channel is not null)
            {
                return;
            }

            End();
        }

        var reason = $"The manager at {Address} can't be reached: {error.Message}";
        _sender.Fail(reason);
        Close(reason);
    }
}
