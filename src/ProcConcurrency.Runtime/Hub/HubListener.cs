using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// A hub that any process may connect to that proves to know its key: a manager's. Each connection has a thread of its own;
/// one that doesn't prove the key in time, breaks a rule or goes away disturbs no other.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class HubListener : IDisposable
{
    /// <summary>How long a connection has to prove that it knows the key.</summary>
    internal static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private const string FolderPrefix = "procconcurrency-";

    private readonly HubRouter _router = new(new Hub(HubEnvironment.Kinds));
    private readonly Socket _socket;
    private readonly byte[] _key;
    private readonly Action<string> _log;

    private HubListener(Socket socket, byte[] key, Action<string> log)
    {
        _socket = socket;
        _key = key;
        _log = log;
        Address = HubAddress.Format(socket.LocalEndPoint!);
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Opens a hub of its own and listens.</summary>
    /// <param name="address">See <see cref="HubAddress"/>; null for a socket in a new folder that only this user may enter.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="log">Takes a line for each connection that was refused or broke a rule; called on any thread.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="SocketException">It can't be listened on.</exception>
    public static HubListener Start(string? address, ReadOnlySpan<byte> key, Action<string> log)
    {
        var folder = address is null ? Directory.CreateTempSubdirectory(FolderPrefix).FullName : null;
        var endpoint = HubAddress.Parse(address ?? Path.Combine(folder!, "hub"));
        var socket = HubAddress.CreateSocket(endpoint);
        try
        {
            socket.Bind(endpoint);
            if (endpoint is UnixDomainSocketEndPoint && !OperatingSystem.IsWindows())
            {
                // Nobody can connect before Listen.
                File.SetUnixFileMode(endpoint.ToString()!, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Listen();
        }
        catch
        {
            socket.Dispose();
            if (folder is not null)
            {
                Directory.Delete(folder, recursive: true);
            }

            throw;
        }

        var listener = new HubListener(socket, key.ToArray(), log);
        new Thread(listener.Accept, 256 * 1024) { IsBackground = true, Name = "listener" }.Start();
        return listener;
    }

    /// <summary>Takes away what a listener left behind that was killed.</summary>
    /// <param name="address">Where it listened.</param>
    public static void Clean(string address)
    {
        if (HubAddress.Parse(address) is not UnixDomainSocketEndPoint endpoint)
        {
            return;
        }

        var path = endpoint.ToString()!;
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            return;
        }

        File.Delete(path);
        if (Path.GetFileName(folder).StartsWith(FolderPrefix, StringComparison.Ordinal))
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>Listens no more, and takes the socket's file away. Connections end with the process.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        Clean(Address);
    }

    private void Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _socket.Accept();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                if (!_socket.IsBound)
                {
                    return;
                }

                // A client that was gone before it was accepted, or no descriptor left for the moment.
                _log($"A connection could not be accepted: {error.Message}.");
                Thread.Sleep(50);
                continue;
            }

            new Thread(() => Serve(socket), 256 * 1024) { IsBackground = true, Name = "connection" }.Start();
        }
    }

    private void Serve(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);

        // A limit for the whole handshake, not for each byte of it.
        using (var clock = new Timer(static socket => ((Socket)socket!).Dispose(), socket, s_patience, Timeout.InfiniteTimeSpan))
        {
            try
            {
                Handshake.Accept(stream, _key);
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or CryptographicException)
            {
                _log($"A connection{From(socket)} was refused: {(error is AuthenticationException ? error.Message : $"it did not prove the key within {s_patience.TotalSeconds} seconds, or went away.")}");
                return;
            }
        }

        using var connection = new Connection(this, stream);
        connection.Run();
    }

    private static string From(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint is IPEndPoint ip ? $" from {ip}" : string.Empty;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return string.Empty;
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

        public void Send(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) =>
            _channel.Send(kind, id, payload, descriptor);

        void IMessageHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) =>
            _listener._router.FromBelow(this, kind, id, payload);

        void IMessageHandler.OnClosed(Exception? cause)
        {
            if (cause is ProtocolException)
            {
                _listener._log(cause.Message);
            }

            _listener._router.LinkClosed(this, null);
        }

        public void Dispose() => _channel.Dispose();

        internal void Run() => _channel.ReadToEnd();
    }
}
