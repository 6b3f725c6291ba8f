using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// A socket on its way between processes, that nobody uses meanwhile. On Linux and macOS it is a descriptor, which travels beside
/// a message's bytes. On Windows it is a socket, and what travels are the bytes that <see cref="Socket.DuplicateAndClose"/>
/// makes for one process; this follows Microsoft's documentation and has not been tried on Windows.
/// </summary>
internal sealed class ParkedSocket : IDisposable
{
    private readonly Socket? _socket;

    private ParkedSocket(SafeHandle? descriptor, Socket? socket)
    {
        Descriptor = descriptor;
        _socket = socket;
    }

    /// <summary>The descriptor, where sockets travel as such.</summary>
    internal SafeHandle? Descriptor { get; }

    /// <summary>Whether a process may go on with a socket that it has sent. On Windows it is closed by that.</summary>
    internal static bool IsCopied => !OperatingSystem.IsWindows();

    /// <summary>A copy of a socket; on Windows the socket itself.</summary>
    /// <exception cref="IOException">It is closed.</exception>
    internal static ParkedSocket Of(Socket socket)
    {
        if (!IsCopied)
        {
            return new ParkedSocket(null, socket);
        }

        try
        {
            return new ParkedSocket(DescriptorHandle.CopyOf(socket.SafeHandle), null);
        }
        catch (ObjectDisposedException)
        {
            throw new IOException("The socket is closed.");
        }
    }

    /// <summary>A socket as a channel's stream, which it belongs to from now on; where there can be none, it is closed.</summary>
    /// <param name="socket">Connected.</param>
    /// <param name="carriesDescriptors">Whether its other end is a process of this machine, which can be sent descriptors.</param>
    /// <exception cref="IOException">The process has too many descriptors, or the connection is gone.</exception>
    internal static Stream ToStream(Socket socket, bool carriesDescriptors)
    {
        try
        {
            if (!IsCopied || !carriesDescriptors)
            {
                return new NetworkStream(socket, ownsSocket: true);
            }

            using var copy = DescriptorHandle.CopyOf(socket.SafeHandle);
            var stream = new UnixSocketStream(copy.Release());
            socket.Dispose();
            return stream;
        }
        catch
        {
            // There is no descriptor left, or the connection is gone again.
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What came as a descriptor.</summary>
    internal static ParkedSocket Adopt(SafeHandle descriptor) => new(descriptor, null);

    /// <summary>What came as bytes.</summary>
    /// <exception cref="IOException">They are none that this process can use.</exception>
    internal static ParkedSocket Open(ReadOnlySpan<byte> bytes)
    {
        if (!OperatingSystem.IsWindows())
        {
            throw new IOException("A socket came as bytes, which only Windows can make one of.");
        }

        var information = new SocketInformation { Options = (SocketInformationOptions)bytes[0], ProtocolInformation = bytes[1..].ToArray() };
        return new ParkedSocket(null, new Socket(information));
    }

    /// <summary>Two ends that are connected with each other.</summary>
    /// <exception cref="IOException">The process has too many descriptors.</exception>
    internal static (ParkedSocket First, ParkedSocket Second) CreatePair()
    {
        if (IsCopied)
        {
            var (first, second) = LibC.CreateSocketPair();
            return (Adopt(new DescriptorHandle(first)), Adopt(new DescriptorHandle(second)));
        }

        // Windows has no socket pairs, and duplicates no Unix sockets.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.Connect(listener.LocalEndPoint!);
        while (true)
        {
            // Somebody else may have been quicker to connect.
            var far = listener.Accept();
            if (far.RemoteEndPoint!.Equals(near.LocalEndPoint))
            {
                far.NoDelay = true;
                return (new ParkedSocket(null, near), new ParkedSocket(null, far));
            }

            far.Dispose();
        }
    }

    /// <summary>On Windows: the bytes that one process can make the socket of. It is no longer this process's.</summary>
    internal byte[] HandOver(int processId)
    {
        if (!OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("A socket becomes bytes on Windows alone.");
        }

        var information = _socket!.DuplicateAndClose(processId);
        return [(byte)information.Options, .. information.ProtocolInformation];
    }

    /// <summary>The socket for use in this process. What was parked is used up.</summary>
    internal Socket ToSocket() =>
        _socket ?? new Socket(new SafeSocketHandle(((DescriptorHandle)Descriptor!).Release(), ownsHandle: true));

    public void Dispose()
    {
        Descriptor?.Dispose();
        _socket?.Dispose();
    }
}
