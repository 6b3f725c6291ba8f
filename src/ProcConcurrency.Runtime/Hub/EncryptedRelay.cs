using System.Net.Security;
using System.Net.Sockets;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// Carries bytes between an encrypted connection and an ordinary socket: what one has to know to go on with an encrypted stream
/// can't be sent to another process, but the socket can. The process that made the connection has to live as long as it is used.
/// <code>
/// pipe or hub - near socket == far socket - relay - TLS - network
/// </code>
/// </summary>
internal sealed class EncryptedRelay
{
    private const int BufferSize = 64 * 1024;

    // How long the process's end waits for what was sent and is not on the network yet.
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    // Guarded by itself.
    private static readonly HashSet<EncryptedRelay> s_open = [];

    private readonly SslStream _encrypted;
    private readonly Socket _network;
    private readonly Socket _far;
    private Thread? _sender;
    private volatile bool _isSending;
    private int _running = 2;

    static EncryptedRelay() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => DrainAll();

    private EncryptedRelay(SslStream encrypted, Socket network, Socket far)
    {
        _encrypted = encrypted;
        _network = network;
        _far = far;
    }

    /// <summary>Begins; everything that was given belongs to the relay then.</summary>
    /// <returns>The socket to use in place of the network's.</returns>
    internal static Socket Start(SslStream encrypted, Socket network)
    {
        var (near, far) = ParkedSocket.CreatePair();
        var relay = new EncryptedRelay(encrypted, network, far.ToSocket());
        lock (s_open)
        {
            s_open.Add(relay);
        }

        try
        {
            relay._sender = Background.Start("encrypt", () => relay.Run(relay.SendAll));
            Background.Start("decrypt", () => relay.Run(relay.ReceiveAll));
        }
        catch (IOException)
        {
            relay.Close();
            throw;
        }

        return near.ToSocket();
    }

    private void Run(Action direction)
    {
        try
        {
            direction();
        }
        catch (Exception)
        {
            // Whatever it is, it ends this connection: both sides see that it is closed.
            Close();
        }

        if (Interlocked.Decrement(ref _running) == 0)
        {
            Close();
            lock (s_open)
            {
                s_open.Remove(this);
            }
        }
    }

    private void SendAll()
    {
        var buffer = new byte[BufferSize];
        int read;
        while ((read = _far.Receive(buffer)) > 0)
        {
            _isSending = true;
            _encrypted.Write(buffer, 0, read);
            _isSending = false;
        }

        // Completes at once: the stream below blocks.
        _encrypted.ShutdownAsync().GetAwaiter().GetResult();
        _network.Shutdown(SocketShutdown.Send);
    }

    private void ReceiveAll()
    {
        var buffer = new byte[BufferSize];
        int read;
        while ((read = _encrypted.Read(buffer, 0, buffer.Length)) > 0)
        {
            for (var sent = 0; sent < read;)
            {
                sent += _far.Send(buffer, sent, read - sent, SocketFlags.None);
            }
        }

        _far.Shutdown(SocketShutdown.Send);
    }

    private void Close()
    {
        _network.Dispose();
        _far.Dispose();
    }

    private static void DrainAll()
    {
        EncryptedRelay[] open;
        lock (s_open)
        {
            open = [.. s_open];
        }

        foreach (var relay in open)
        {
            relay.Drain();
        }
    }

    /// <summary>What was sent to the near end goes out before the process is gone, as it would with a socket of the system's.</summary>
    private void Drain()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // To end one direction would throw away what is in it.
                SpinWait.SpinUntil(() => !_isSending && _far.Available == 0, s_farewell);
                return;
            }

            _far.Shutdown(SocketShutdown.Receive);
            _sender?.Join(s_farewell);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }
}
