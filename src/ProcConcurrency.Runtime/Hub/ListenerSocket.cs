using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// A socket that listens for processes which prove to know a key. Each connection has a thread of its own until it has; one
/// that doesn't in time, or goes away, disturbs no other.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ListenerSocket : IDisposable
{
    /// <summary>How long a connection has to prove that it knows the key.</summary>
    internal static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private const string FolderPrefix = "procconcurrency-";

    private readonly Socket _socket;
    private readonly byte[] _key;
    private readonly Action<string> _log;
    private Action<Socket>? _onConnected;
    private volatile bool _closed;

    private ListenerSocket(Socket socket, byte[] key, Action<string> log)
    {
        _socket = socket;
        _key = key;
        _log = log;
        Address = HubAddress.Format(socket.LocalEndPoint!);
    }

    /// <summary>Where it listens.</summary>
    internal string Address { get; }

    /// <summary>Opens the socket; nobody is let in yet.</summary>
    /// <param name="address">See <see cref="HubAddress"/>; null for a socket in a new folder that only this user may enter.</param>
    /// <param name="fileName">The socket's name in that folder.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="log">Takes a line for each connection that was refused; called on any thread.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="SocketException">It can't be listened on.</exception>
    internal static ListenerSocket Open(string? address, string fileName, ReadOnlySpan<byte> key, Action<string> log)
    {
        var folder = address is null ? Directory.CreateTempSubdirectory(FolderPrefix).FullName : null;
        var endpoint = HubAddress.Parse(address ?? Path.Combine(folder!, fileName));
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

        return new ListenerSocket(socket, key.ToArray(), log);
    }

    /// <summary>Takes away what a listener left behind that was killed.</summary>
    /// <param name="address">Where it listened.</param>
    internal static void Clean(string address)
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

        try
        {
            File.Delete(path);
            if (Path.GetFileName(folder).StartsWith(FolderPrefix, StringComparison.Ordinal) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody else has put something there, or changed its rights: what is theirs stays.
        }
    }

    /// <summary>Lets connections in.</summary>
    /// <param name="onConnected">Takes each that has proved the key, on the connection's own thread; the socket is the taker's.</param>
    internal void Start(Action<Socket> onConnected)
    {
        _onConnected = onConnected;
        Background.Start("listener", Accept, error => _log($"Nobody is let in any more: {error.Message}"));
    }

    /// <summary>Listens no more, and takes the socket's file away.</summary>
    public void Dispose()
    {
        _closed = true;
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
            catch (Exception error) when (_closed && (error is ObjectDisposedException or SocketException))
            {
                return;
            }
            catch (SocketException error)
            {
                // A client that was gone before it was accepted, or no descriptor left for the moment.
                _log($"A connection could not be accepted: {error.Message}.");
                Thread.Sleep(50);
                continue;
            }

            try
            {
                Background.Start("connection", () => Admit(socket), error => _log($"A connection failed: {error.Message}"));
            }
            catch (IOException error)
            {
                _log($"A connection{From(socket)} was refused: {error.Message}");
                socket.Dispose();
            }
        }
    }

    private void Admit(Socket socket)
    {
        if (HasProved(socket))
        {
            _onConnected!(socket);
        }
        else
        {
            socket.Dispose();
        }
    }

    private bool HasProved(Socket socket)
    {
        // A limit for the whole handshake, not for each byte of it.
        using var clock = Background.Timer("connection", socket.Dispose);
        clock.Change(s_patience, Timeout.InfiniteTimeSpan);
        try
        {
            if (socket.RemoteEndPoint is IPEndPoint)
            {
                socket.NoDelay = true;
            }

            using var stream = new NetworkStream(socket, ownsSocket: false);
            Handshake.Accept(stream, _key);
            return true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or CryptographicException or SocketException)
        {
            _log($"A connection{From(socket)} was refused: {(error is AuthenticationException ? error.Message : $"it did not prove the key within {s_patience.TotalSeconds} seconds, or went away.")}");
            return false;
        }
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
}
