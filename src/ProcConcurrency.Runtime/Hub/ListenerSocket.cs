using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// A socket that listens for processes which prove to know a key. One thread accepts, and watches all connections that have
/// not proved it yet: they are <see cref="MostUnproven"/> at the most, and one that says nothing holds nobody up.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ListenerSocket : IDisposable
{
    /// <summary>How long a connection has to prove that it knows the key: a new process on a crowded machine takes seconds to begin TLS.</summary>
    internal static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <summary>How many connections may be about it at a time.</summary>
    internal const int MostUnproven = 64;

    // When there are so many and more want to come, one that had this long goes: an honest one needs a small part of it.
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(0.1);

    private readonly Socket _socket;
    private readonly SocketFolder? _folder;
    private readonly ListenerKey _key;
    private readonly X509Certificate2? _certificate;
    private readonly Action<string> _log;

    // Oldest first. The listener's thread alone uses it.
    private readonly List<Admission> _unproven = [];
    private readonly List<Socket> _watched = [];
    private Action<Socket>? _onConnected;
    private volatile bool _closed;

    private ListenerSocket(Socket socket, SocketFolder? folder, ListenerKey key, X509Certificate2? certificate, Action<string> log)
    {
        _socket = socket;
        _folder = folder;
        _key = key;
        _certificate = certificate;
        _log = log;
        Address = HubAddress.Format(new HubTarget(
            socket.LocalEndPoint!, IsEncrypted: certificate is not null, certificate?.GetCertHashString(HashAlgorithmName.SHA256)));
    }

    /// <summary>Where it listens, with the thumbprint of its certificate.</summary>
    internal string Address { get; }

    /// <summary>Opens the socket; nobody is let in yet.</summary>
    /// <param name="settings">Where, and for whom.</param>
    /// <param name="fileName">The socket's name, where it is in a folder of its own.</param>
    /// <param name="log">Takes a line for each connection that was refused; called on any thread.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="InsecureAddressException">Others could read what is sent there.</exception>
    /// <exception cref="SocketException">It can't be listened on.</exception>
    /// <exception cref="IOException">There is no folder for a socket.</exception>
    internal static ListenerSocket Open(ListenerSettings settings, string fileName, Action<string> log)
    {
        var target = settings.Address is null ? null : HubAddress.ParseTarget(settings.Address);
        var endpoint = target is null ? null : HubAddress.ListenerEndpoint(target, settings.Certificate is not null);

        // A socket of this machine, that only this user can reach, needs none.
        var certificate = endpoint is null or UnixDomainSocketEndPoint ? null : settings.Certificate;
        var folder = endpoint is null ? SocketFolder.Create(fileName) : null;
        Socket? socket = null;
        try
        {
            endpoint ??= HubAddress.Parse(Path.Combine(folder!.FullName, fileName));
            if (endpoint is UnixDomainSocketEndPoint && Path.GetDirectoryName(endpoint.ToString()) is { } place && !Directory.Exists(place))
            {
                // The system's own error would be of the address.
                throw new DirectoryNotFoundException($"There is no folder '{place}'.");
            }

            socket = HubAddress.CreateSocket(endpoint);
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
            // Also where there was no descriptor left for a socket: its folder is there already.
            socket?.Dispose();
            if (folder is not null)
            {
                folder.Dispose();
                Directory.Delete(folder.FullName, recursive: true);
            }

            throw;
        }

        return new ListenerSocket(socket, folder, settings.Key, certificate, log);
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
            SocketFolder.Remove(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody else has put something there, or changed its rights: what is theirs stays.
        }
    }

    /// <summary>Lets connections in.</summary>
    /// <param name="onConnected">Takes each that has proved the key, on the listener's thread, which it must not hold up; the socket is the taker's.</param>
    /// <exception cref="IOException">There is no thread for it; it is disposed.</exception>
    internal void Start(Action<Socket> onConnected)
    {
        _onConnected = onConnected;
        try
        {
            Background.Start("listener", Run, error => _log($"Nobody is let in any more: {error.Message}"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Listens no more, and takes the socket's file away.</summary>
    public void Dispose()
    {
        _closed = true;
        _socket.Dispose();
        _folder?.Dispose();
        Clean(Address);
    }

    private void Run()
    {
        while (!_closed)
        {
            try
            {
                // First, and so again after a fault: what is decided may be closed, and can't be watched.
                Settle();
                Watch();
            }
            catch (Exception) when (_closed)
            {
                // The socket was closed meanwhile.
            }
            catch (Exception error)
            {
                // A client that was gone before it was accepted, no descriptor left for the moment, or whatever else: nobody
                // else's connection ends by it, nor the process.
                _log($"A connection could not be accepted: {error.Message}.");
                Thread.Sleep(s_look);
            }
        }

        _unproven.ForEach(static admission => admission.Refuse("The listener was closed."));
    }

    /// <summary>Waits until somebody comes or says something, and lets them.</summary>
    private void Watch()
    {
        if (_unproven.Count == 0)
        {
            Admit(_socket.Accept());
            return;
        }

        _watched.Clear();
        _watched.AddRange(_unproven.Select(static admission => admission.Socket));
        if (_unproven.Count < MostUnproven || IsReplaceable(_unproven[0]))
        {
            _watched.Add(_socket);
        }

        Socket.Select(_watched, null, null, s_look);
        var ready = _watched.ToHashSet();
        foreach (var admission in _unproven.Where(admission => ready.Contains(admission.Socket)))
        {
            admission.OnReadable();
        }

        if (ready.Contains(_socket))
        {
            Settle();
            if (_unproven.Count >= MostUnproven)
            {
                _unproven[0].Refuse("it had not proved the key yet, and more wanted to come than may be about it at a time.");
            }

            Admit(_socket.Accept());
        }
    }

    private static bool IsReplaceable(Admission admission) => admission.Age > s_least;

    private void Admit(Socket socket) => _unproven.Add(new Admission(socket, _key, _certificate));

    /// <summary>Hands on who has proved the key, and drops who has not, or not in time.</summary>
    private void Settle()
    {
        foreach (var admission in _unproven.Where(static admission => !admission.IsDone && admission.Age > s_patience))
        {
            admission.Refuse($"it did not prove the key within {s_patience.TotalSeconds} seconds.");
        }

        foreach (var admission in _unproven.Where(static admission => admission.IsDone).ToArray())
        {
            _unproven.Remove(admission);
            Socket? socket = null;
            try
            {
                socket = admission.Result(out var refusal);
                if (refusal is not null)
                {
                    _log($"A connection{admission.From} was refused: {refusal}");
                }
            }
            finally
            {
                if (socket is null)
                {
                    // After that, for its other end may look at the log when it is told so.
                    admission.Dispose();
                }
            }

            if (socket is not null)
            {
                HandOver(socket);
            }
        }
    }

    private void HandOver(Socket socket)
    {
        try
        {
            _onConnected!(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
