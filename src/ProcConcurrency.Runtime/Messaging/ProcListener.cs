using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// Waits for processes that are no children: each that connects and proves to know the key becomes a pipe. Python's
/// <c>Listener</c>, whose other side is its <c>Client</c>.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcListener : IDisposable
{
    private const string FileName = "pipe";
    private const int MostLines = 1000;

    // Guards s_open.
    private static readonly object s_gate = new();
    private static readonly HashSet<ProcListener> s_open = [];
    private static readonly PosixSignalRegistration?[] s_signals;

    // Connections that have proved the key and were not accepted yet.
    private readonly BlockingCollection<Socket> _waiting = [];
    private readonly ConcurrentQueue<string> _log = new();
    private readonly HubPort _port;
    private readonly ListenerSocket _socket;
    private int _closed;

    static ProcListener()
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Background.Run("end of listeners", CloseAll);

        // PowerShell, and a child that is asked to stop, end by these without a ProcessExit.
        s_signals = [Background.TryOnSignal(PosixSignal.SIGTERM, static _ => CloseAll()), Background.TryOnSignal(PosixSignal.SIGHUP, static _ => CloseAll())];
    }

    private ProcListener(HubPort port, ListenerSettings settings)
    {
        _port = port;
        _socket = ListenerSocket.Open(settings, FileName, Note);
        lock (s_gate)
        {
            s_open.Add(this);
        }

        _socket.Start(Keep);
    }

    /// <summary>Where it listens.</summary>
    public string Address => _socket.Address;

    /// <summary>How many connections have proved the key and wait to be accepted.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Whether it was closed.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>A line for each connection that was refused, the last thousand of them.</summary>
    public IReadOnlyList<string> Log => [.. _log];

    /// <summary>Listens.</summary>
    /// <param name="port">The session's hub, where pipes are made.</param>
    /// <param name="settings">Where, and for whom.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="InsecureAddressException">Others could read what is sent there.</exception>
    /// <exception cref="SocketException">It can't be listened on.</exception>
    public static ProcListener Start(HubPort port, ListenerSettings settings) => new(port, settings);

    /// <summary>Connects to a listener.</summary>
    /// <param name="port">The session's hub, where pipes are made.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="key">What both know.</param>
    /// <param name="thumbprint">Of the certificate there; null for any that this machine trusts, or where nothing is encrypted.</param>
    /// <param name="timeout">The longest to wait for the other side.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="SocketException">Nobody listens there, or answers.</exception>
    /// <exception cref="CertificateException">The certificate there is not the one, or not trusted.</exception>
    /// <exception cref="AuthenticationException">The other side doesn't know the key, or is no listener.</exception>
    public static ProcPipe Connect(
        HubPort port, string address, HandshakeKey key, string? thumbprint, TimeSpan timeout, CancellationToken canceled)
    {
        var socket = ConnectingSocket.Connect(HubAddress.ParseTarget(address).With(thumbprint), key, timeout, canceled, out _);
        return AdoptOrDispose(port, socket);
    }

    /// <summary>Accepts the next connection.</summary>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <returns>This end of the pipe; null where nobody came in time.</returns>
    /// <exception cref="PipeClosedException">The listener was closed.</exception>
    public ProcPipe? Accept(TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        var start = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                if (TryTake(limit, start, out var socket))
                {
                    return AdoptOrDispose(_port, socket);
                }

                if (_waiting.IsCompleted)
                {
                    throw new PipeClosedException("The listener is closed.");
                }

                if (limit.Left(start, int.MaxValue) == 0)
                {
                    return null;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            throw new PipeClosedException("The listener is closed.");
        }
    }

    /// <summary>Stops listening, closes the connections that were not accepted, and removes the socket's file. A second call does nothing.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        lock (s_gate)
        {
            s_open.Remove(this);
        }

        _socket.Dispose();
        _waiting.CompleteAdding();
        while (_waiting.TryTake(out var socket))
        {
            socket.Dispose();
        }
    }

    /// <summary>As <see cref="Close"/>.</summary>
    void IDisposable.Dispose() => Close();

    /// <inheritdoc/>
    public override string ToString() => $"Listener '{Address}'";

    /// <summary>Waits for the next connection; false where time is up, or where what there is to do meanwhile has been done.</summary>
    private bool TryTake(WaitLimit limit, long start, [NotNullWhen(true)] out Socket? socket)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(limit.Canceled);
        using var meanwhile = HubEnvironment.Meanwhile?.Watch(() => Wake(woken));
        while (_waiting.Count == 0 && limit.Left(start, int.MaxValue) != 0 && HubEnvironment.Meanwhile?.Run() == true)
        {
        }

        // Who has come is taken, though somebody has called meanwhile, or the time is over; but not where nobody wants it any more.
        if (!limit.Canceled.IsCancellationRequested && _waiting.TryTake(out socket))
        {
            return true;
        }

        try
        {
            return _waiting.TryTake(out socket, limit.Left(start, int.MaxValue) is var left and < int.MaxValue ? left : Timeout.Infinite, woken.Token);
        }
        catch (OperationCanceledException) when (!limit.Canceled.IsCancellationRequested)
        {
            socket = null;
            return false;
        }
    }

    private static void Wake(CancellationTokenSource waiting)
    {
        try
        {
            waiting.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Whoever waited is done.
        }
    }

    private static ProcPipe AdoptOrDispose(HubPort port, Socket socket)
    {
        try
        {
            return Adopt(port, socket);
        }
        catch
        {
            // The other side would wait at a pipe that nobody has.
            socket.Dispose();
            throw;
        }
    }

    private static ProcPipe Adopt(HubPort port, Socket socket)
    {
        // The pipe's end is a copy, which whoever first uses it gets; it may be another process.
        using var parked = ParkedSocket.Of(socket);
        var pipe = ProcPipe.Adopt(port, parked);
        socket.Dispose();
        return pipe;
    }

    private static void CloseAll()
    {
        ProcListener[] open;
        lock (s_gate)
        {
            open = [.. s_open];
        }

        foreach (var listener in open)
        {
            listener.Close();
        }
    }

    private void Keep(Socket socket)
    {
        try
        {
            _waiting.Add(socket);
        }
        catch (InvalidOperationException)
        {
            socket.Dispose();
        }
    }

    private void Note(string line)
    {
        _log.Enqueue(line);
        while (_log.Count > MostLines)
        {
            _log.TryDequeue(out _);
        }
    }
}
