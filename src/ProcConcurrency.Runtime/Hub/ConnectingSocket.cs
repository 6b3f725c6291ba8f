using System.Net;
using System.Net.Sockets;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>The other side of a <see cref="ListenerSocket"/>: connects, and proves to know the key.</summary>
internal static class ConnectingSocket
{
    /// <summary>Connects to who listens, and has him prove that he knows the key too.</summary>
    /// <param name="endpoint">Where he listens.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="timeout">The longest to wait for him.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="SocketException">Nobody listens there, or answers.</exception>
    /// <exception cref="IOException">He went away.</exception>
    /// <exception cref="AuthenticationException">He doesn't know the key, or is none of ours.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal static Socket Connect(EndPoint endpoint, ReadOnlySpan<byte> key, TimeSpan timeout, CancellationToken canceled)
    {
        var socket = HubAddress.CreateSocket(endpoint);
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(canceled);
        clock.CancelAfter(timeout);
        try
        {
            socket.ConnectAsync(endpoint, clock.Token).AsTask().GetAwaiter().GetResult();

            // Nothing else frees who waits within the handshake.
            using var registration = clock.Token.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
            using var stream = new NetworkStream(socket, ownsSocket: false);
            Handshake.Connect(stream, key);
            return registration.Unregister() ? socket : throw new OperationCanceledException();
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is AuthenticationException || !clock.IsCancellationRequested)
            {
                throw;
            }

            canceled.ThrowIfCancellationRequested();
            throw new SocketException((int)SocketError.TimedOut);
        }
    }
}
