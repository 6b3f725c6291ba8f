using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// Where a hub listens: <c>unix:/path/of/socket</c>, a plain path for the same, or <c>tcp:127.0.0.1:5000</c>; the port 0
/// stands for a free one.
/// </summary>
public static class HubAddress
{
    private const string UnixPrefix = "unix:";
    private const string TcpPrefix = "tcp:";

    // The system's structure has room for 108 bytes, macOS's for 104, the ending zero included.
    private const int MaxPath = 103;

    /// <summary>The address as the system takes it.</summary>
    /// <exception cref="FormatException">It is none of the forms.</exception>
    public static EndPoint Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.StartsWith(TcpPrefix, StringComparison.Ordinal))
        {
            var text = address[TcpPrefix.Length..];
            return IPEndPoint.TryParse(text, out var endpoint) && text.LastIndexOf(':') > text.LastIndexOf(']')
                ? endpoint
                : throw new FormatException($"'{address}' is no address: after tcp: come an IP address and a port, such as tcp:127.0.0.1:5000.");
        }

        var path = address.StartsWith(UnixPrefix, StringComparison.Ordinal) ? address[UnixPrefix.Length..] : address;
        if (!Path.IsPathFullyQualified(path))
        {
            throw new FormatException($"'{address}' is no address: give the full path of a socket, such as unix:/run/user/1000/manager, or tcp:127.0.0.1:5000.");
        }

        return System.Text.Encoding.UTF8.GetByteCount(path) <= MaxPath
            ? new UnixDomainSocketEndPoint(path)
            : throw new FormatException($"The path of a socket has {MaxPath} bytes at the most; '{path}' is longer.");
    }

    /// <summary>The text for an address.</summary>
    public static string Format(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint ip => TcpPrefix + ip.ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $"{UnixPrefix}{endpoint}"),
    };

    internal static Socket CreateSocket(EndPoint endpoint)
    {
        var socket = endpoint is IPEndPoint ip
            ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        return socket;
    }
}
