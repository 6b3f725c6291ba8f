using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// The other side of a <see cref="ListenerSocket"/>: connects, and proves to know the key. A thread of its own does it, which
/// a closed socket brings back: nothing waits for the thread pool, which a script may have blocked.
/// </summary>
internal sealed class ConnectingSocket
{
    private readonly HubTarget _target;
    private readonly HandshakeKey _key;
    private readonly Func<string, IPAddress[]>? _lookUp;

    // Guards the following two.
    private readonly object _gate = new();
    private Socket? _socket;
    private bool _isCanceled;
    private bool _hasProved;
    private byte[] _salt = [];
    private Exception? _error;

    private ConnectingSocket(HubTarget target, HandshakeKey key, Func<string, IPAddress[]>? lookUp)
    {
        _target = target;
        _key = key;
        _lookUp = lookUp;
    }

    /// <summary>Connects to a listener, and has it prove that it knows the key too.</summary>
    /// <param name="target">Where it listens.</param>
    /// <param name="key">What both know.</param>
    /// <param name="timeout">The longest to wait for it.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <param name="proved">The key as that listener has it.</param>
    /// <param name="lookUp">As for <see cref="HubAddress.Resolve"/>.</param>
    /// <exception cref="SocketException">Nobody listens there, or answers.</exception>
    /// <exception cref="CertificateException">The certificate there is not the one, or not trusted.</exception>
    /// <exception cref="AuthenticationException">It doesn't know the key, or is none of ours.</exception>
    /// <exception cref="IOException">It went away.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal static Socket Connect(
        HubTarget target, HandshakeKey key, TimeSpan timeout, CancellationToken canceled, out ListenerKey proved, Func<string, IPAddress[]>? lookUp = null)
    {
        var limit = new WaitLimit(timeout, canceled);
        byte[]? salt = null;
        while (true)
        {
            var start = Stopwatch.GetTimestamp();
            var attempt = new ConnectingSocket(target, key, lookUp);
            var socket = attempt.Try(limit);
            if (!attempt._hasProved)
            {
                socket.Dispose();
                if (salt is not null && !attempt._salt.AsSpan().SequenceEqual(salt))
                {
                    throw new AuthenticationException("The other side asked twice, and each time with other bytes, to have the key stretched: it is none of ours, or began anew meanwhile.");
                }
            }

            // Between the attempts, and not within one: it takes longer than a busy listener would wait. That time is not the listener's.
            limit = limit.Since(start);
            salt = attempt._salt;
            proved = new ListenerKey(key.Derive(salt), salt);
            if (attempt._hasProved)
            {
                return socket;
            }
        }
    }

    private Socket Try(WaitLimit limit)
    {
        var done = new ManualResetEventSlim();
        Background.Start("connect", () => Run(done));
        try
        {
            if (!done.Wait(limit.Timeout ?? Timeout.InfiniteTimeSpan, limit.Canceled))
            {
                throw new SocketException((int)SocketError.TimedOut);
            }
        }
        catch
        {
            // Nobody waits for the thread, which may be looking a name up: whatever socket it makes is closed at once.
            Cancel();
            throw;
        }

        if (_error is not null)
        {
            Cancel();
            ExceptionDispatchInfo.Throw(_error);
        }

        return _socket!;
    }

    private void Run(ManualResetEventSlim done)
    {
        try
        {
            Prove(Open());
        }
        catch (Exception error)
        {
            _error = error;
        }

        done.Set();
    }

    private Socket Open()
    {
        Exception? refusal = null;
        foreach (var endpoint in HubAddress.Resolve(_target.Endpoint, _lookUp))
        {
            var socket = HubAddress.CreateSocket(endpoint);
            Use(socket);
            try
            {
                socket.Connect(endpoint);
                KeepAlive.Set(socket);
                return socket;
            }
            catch (SocketException error)
            {
                refusal = error;
                socket.Dispose();
            }
        }

        throw refusal ?? new SocketException((int)SocketError.HostNotFound);
    }

    private void Prove(Socket socket)
    {
        var plain = new UnprovenStream(socket);
        if (!_target.IsEncrypted && HubAddress.IsLocal(socket.RemoteEndPoint!))
        {
            _hasProved = Handshake.Connect(plain, _key, default, out _salt);
            return;
        }

        var encrypted = CertificateTrust.Authenticate(plain, _target);
        _hasProved = Handshake.Connect(encrypted, _key, CertificateTrust.Binding(encrypted.RemoteCertificate!), out _salt);
        if (_hasProved)
        {
            var near = EncryptedRelay.Start(encrypted, socket);
            lock (_gate)
            {
                // The relay has the other one now.
                _socket = null;
            }

            Use(near);
        }
    }

    /// <summary>From now on this is the socket that is closed if the caller gives up.</summary>
    private void Use(Socket socket)
    {
        lock (_gate)
        {
            _socket = socket;
            if (_isCanceled)
            {
                socket.Dispose();
            }
        }
    }

    private void Cancel()
    {
        lock (_gate)
        {
            _isCanceled = true;
            _socket?.Dispose();
        }
    }
}
