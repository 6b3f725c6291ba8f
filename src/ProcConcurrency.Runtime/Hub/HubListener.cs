using System.Net.Sockets;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// A hub that any process may connect to that proves to know its key: a manager's. Each connection that has proved it has a
/// thread of its own; one that doesn't, breaks a rule or goes away disturbs no other.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class HubListener : IDisposable
{
    private const string FileName = "hub";

    private readonly HubRouter _router = new(new Hub(Make));
    private readonly ListenerSocket _socket;
    private readonly Action<string> _log;
    private readonly Func<string, Action, Thread> _start;

    private HubListener(ListenerSocket socket, Action<string> log, Func<string, Action, Thread> start)
    {
        _socket = socket;
        _log = log;
        _start = start;
    }

    /// <summary>Where it listens.</summary>
    public string Address => _socket.Address;

    /// <summary>Opens a hub of its own and listens.</summary>
    /// <param name="settings">Where, and for whom.</param>
    /// <param name="log">Takes a line for each connection that was refused or broke a rule; called on any thread.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="InsecureAddressException">Others could read what is sent there.</exception>
    /// <exception cref="SocketException">It can't be listened on.</exception>
    public static HubListener Start(ListenerSettings settings, Action<string> log) =>
        Start(settings, log, static (name, action) => Background.Start(name, action));

    /// <summary>The same, with what starts a connection's thread.</summary>
    internal static HubListener Start(ListenerSettings settings, Action<string> log, Func<string, Action, Thread> start)
    {
        var socket = ListenerSocket.Open(settings, FileName, log);
        var listener = new HubListener(socket, log, start);
        socket.Start(listener.Serve);
        return listener;
    }

    /// <summary>Takes away what a listener left behind that was killed.</summary>
    /// <param name="address">Where it listened.</param>
    public static void Clean(string address) => ListenerSocket.Clean(address);

    /// <summary>Listens no more, and takes the socket's file away. Connections end with the process.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>Makes an object of those that its clients may ask for: a manager connects to no other one.</summary>
    private static HubObject? Make(Hub hub, HubObjectIdentity identity, ref PayloadReader settings) =>
        identity.Kind == HubProtocol.ForeignKind ? null : HubEnvironment.Factory(hub, identity, ref settings);

    private void Serve(Socket socket)
    {
        var connection = new Connection(this, ParkedSocket.ToStream(socket, HubAddress.Parse(Address) is UnixDomainSocketEndPoint));
        try
        {
            _start("connection", connection.Run);
        }
        catch
        {
            // Else its client would wait for ever: it is connected, and has proved the key.
            connection.Dispose();
            throw;
        }
    }

    /// <summary>One process that is connected, and those below it that speak through it.</summary>
    private sealed class Connection : IHubLink, IMessageHandler, IDisposable
    {
        private readonly HubListener _listener;
        private readonly Channel _channel;

        internal Connection(HubListener listener, Stream stream)
        {
            _listener = listener;
            _channel = new Channel(stream, this);
        }

        // Nobody gave it one: it names itself in its first message.
        long IHubLink.ClientId => 0;

        int IHubLink.ProcessId => 0;

        string IHubLink.Name => string.Empty;

        bool IHubLink.CarriesDescriptors => _channel.CarriesDescriptors;

        public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _channel.PostInOrder(kind, id, payload);

        public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) => _channel.Withdraw(kind, id, beginning);

        public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) =>
            _channel.Post(kind, id, payload, descriptor);

        void IMessageHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) =>
            _listener._router.FromBelow(this, kind, id, payload);

        void IMessageHandler.OnClosed(Exception? cause)
        {
            if (cause is ProtocolException or not (null or IOException))
            {
                _listener._log(cause.Message);
            }

            _listener._router.LinkClosed(this, null);
        }

        public void Dispose() => _channel.Dispose();

        internal void Run()
        {
            _channel.ReadToEnd();
            Dispose();
        }
    }
}
