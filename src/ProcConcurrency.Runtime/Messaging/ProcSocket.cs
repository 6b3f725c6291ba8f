using System.Net.Sockets;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>A socket that is on its way to another process, kept by the hub until it is taken there.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcSocket : ProcObject
{
    internal ProcSocket(ProcObjectOrigin origin)
        : base(origin)
    {
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Socket;

    /// <summary>Leaves a copy of a socket with the hub. The socket stays open, but on Windows, where it is handed over.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="socket">Not closed.</param>
    /// <exception cref="IOException">It is closed.</exception>
    /// <exception cref="PlatformNotSupportedException">No socket can reach this hub.</exception>
    public static ProcSocket Park(HubPort port, Socket socket)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(socket);
        var parked = ParkedSocket.Of(socket);
        try
        {
            var request = ProcObjectOrigin.Request(port, HubObjectKind.Socket, null).Socket(parked, port.HubProcessId);
            return new ProcSocket(ProcObjectOrigin.Create(port, request, null));
        }
        finally
        {
            if (ParkedSocket.IsCopied)
            {
                parked.Dispose();
            }
        }
    }

    /// <summary>Takes the socket out of the hub, into this process.</summary>
    /// <exception cref="InUseException">It was taken before.</exception>
    /// <exception cref="ObjectGoneException">It was kept for nobody any more.</exception>
    public Socket Take() => Call(Request(HubOperation.Take)).Read().Socket().ToSocket();

    /// <summary>The one that has a number in a hub.</summary>
    public static ProcSocket Of(HubPort port, long id) => new(new ProcObjectOrigin(port, id, null, IsCounted: false));

    /// <summary>It was not taken and never will be, or was: it is removed.</summary>
    internal override void OnReceiverGone() => Post(Request(HubOperation.Remove));
}
