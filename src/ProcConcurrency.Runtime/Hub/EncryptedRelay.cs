using System.Diagnostics;
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

    static EncryptedRelay() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Background.Run("end of connections", DrainAll);

    private EncryptedRelay(SslStream encrypted, Socket network, Socket far)
    {
        _encrypted = encrypted;
        _network = network;
        _far = far;
    }

    /// <summary>How many there are.</summary>
    internal static int OpenCount
    {
        get
        {
            lock (s_open)
            {
                return s_open.Count;
            }
        }
    }

    /// <summary>Begins; everything that was given belongs to the relay then, and is closed where it can't begin.</summary>
    /// <returns>The socket to use in place of the network's.</returns>
    /// <exception cref="IOException">There are too many threads, or sockets.</exception>
    internal static Socket Start(SslStream encrypted, Socket network) =>
        Start(encrypted, network, static (name, action) => Background.Start(name, action));

    /// <summary>The same, with what starts a thread.</summary>
    internal static Socket Start(SslStream encrypted, Socket network, Func<string, Action, Thread> start)
    {
        var (near, far) = ParkedSocket.CreatePair();
        var relay = new EncryptedRelay(encrypted, network, far.ToSocket());
        lock (s_open)
        {
            s_open.Add(relay);
        }

        var begun = 0;
        try
        {
            relay._sender = start("encrypt", () => relay.Run(relay.SendAll));
            begun++;
            start("decrypt", () => relay.Run(relay.ReceiveAll));
        }
        catch (IOException)
        {
            near.Dispose();
            relay.Close();
            relay.End(2 - begun);
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

        End(1);
    }

    /// <summary>So many of the two directions have ended, or will never begin.</summary>
    private void End(int directions)
    {
        if (Interlocked.Add(ref _running, -directions) == 0)
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

        Drain(open, s_farewell);
    }

    /// <summary>What was sent to the near ends goes out before the process is gone, as it would with sockets of the system's.</summary>
    private static void Drain(EncryptedRelay[] relays, TimeSpan time)
    {
        // All at once: each may have a peer that reads nothing.
        var start = Stopwatch.GetTimestamp();
        Array.ForEach(relays, static relay => relay.EndReading());
        Array.ForEach(relays, relay => relay.AwaitSent(time - Stopwatch.GetElapsedTime(start)));
    }

    private void EndReading()
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                // On Windows, to end one direction would throw away what is in it.
                _far.Shutdown(SocketShutdown.Receive);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    private void AwaitSent(TimeSpan time)
    {
        time = time > TimeSpan.Zero ? time : TimeSpan.Zero;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                SpinWait.SpinUntil(() => !_isSending && _far.Available == 0, time);
                return;
            }

            _sender?.Join(time);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }
}
