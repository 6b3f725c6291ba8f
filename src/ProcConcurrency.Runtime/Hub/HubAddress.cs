using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// Where a hub or a listener listens: <c>unix:/path/of/socket</c>, a plain path for the same, or <c>tcp:127.0.0.1:5000</c>, where
/// the port 0 stands for a free one, and a name may stand in place of the IP address. <c>tls:</c> is TCP that is encrypted
/// even on this machine; its certificate's thumbprint may follow after a <c>#</c>.
/// </summary>
public static class HubAddress
{
    private const string UnixPrefix = "unix:";
    private const string TcpPrefix = "tcp:";
    private const string TlsPrefix = "tls:";

    // The system's structure has room for 108 bytes, macOS's for 104, the ending zero included.
    internal const int MaxPath = 103;

    /// <summary>The address as the system takes it.</summary>
    /// <exception cref="FormatException">It is none of the forms.</exception>
    public static EndPoint Parse(string address) => ParseTarget(address).Endpoint;

    /// <summary>Refuses to listen where others could read what is sent.</summary>
    /// <param name="address">Where it is to be listened.</param>
    /// <param name="isEncrypted">Whether there is a certificate.</param>
    /// <exception cref="FormatException">It is no address.</exception>
    /// <exception cref="InsecureAddressException">Others could read what is sent there.</exception>
    /// <exception cref="SocketException">Its name is not known.</exception>
    public static void CheckListener(string address, bool isEncrypted) => _ = ListenerEndpoint(ParseTarget(address), isEncrypted);

    /// <summary>Where the listener's own machine reaches it: one that listens at all addresses is none to connect to.</summary>
    public static string ForSelf(string address) => ParseTarget(address) is { Endpoint: IPEndPoint ip } target && (ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any))
        ? Format(target with { Endpoint = new IPEndPoint(ip.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : IPAddress.IPv6Loopback, ip.Port) })
        : address;

    /// <summary>The text for an address.</summary>
    public static string Format(EndPoint endpoint) => Format(new HubTarget(endpoint));

    /// <summary>The address, and how it is spoken to.</summary>
    /// <exception cref="FormatException">It is none of the forms.</exception>
    internal static HubTarget ParseTarget(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.StartsWith(TcpPrefix, StringComparison.Ordinal))
        {
            return new HubTarget(ParseNetwork(address, address[TcpPrefix.Length..]));
        }

        if (address.StartsWith(TlsPrefix, StringComparison.Ordinal))
        {
            var parts = address[TlsPrefix.Length..].Split('#', 2);
            return new HubTarget(ParseNetwork(address, parts[0]), IsEncrypted: true, parts.Length > 1 ? CertificateTrust.ParseThumbprint(parts[1]) : null);
        }

        var path = address.StartsWith(UnixPrefix, StringComparison.Ordinal) ? address[UnixPrefix.Length..] : address;
        if (!Path.IsPathFullyQualified(path))
        {
            throw new FormatException($"'{address}' is no address: give the full path of a socket, such as unix:/run/user/1000/manager, or tcp:127.0.0.1:5000.");
        }

        return System.Text.Encoding.UTF8.GetByteCount(path) <= MaxPath
            ? new HubTarget(new UnixDomainSocketEndPoint(path))
            : throw new FormatException($"The path of a socket has {MaxPath} bytes at the most; '{path}' is longer.");
    }

    /// <summary>The text that <see cref="ParseTarget"/> makes the same target of.</summary>
    internal static string Format(HubTarget target) => target.Endpoint switch
    {
        IPEndPoint or DnsEndPoint => string.Create(
            CultureInfo.InvariantCulture,
            $"{(target.IsEncrypted ? TlsPrefix : TcpPrefix)}{(target.Endpoint is DnsEndPoint name ? $"{name.Host}:{name.Port}" : target.Endpoint)}{(target.Thumbprint is null ? string.Empty : "#")}{target.Thumbprint}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{UnixPrefix}{target.Endpoint}"),
    };

    /// <summary>See <see cref="CheckListener"/>.</summary>
    internal static EndPoint ListenerEndpoint(HubTarget target, bool isEncrypted)
    {
        var endpoint = Resolve(target.Endpoint)[0];
        return isEncrypted || (IsLocal(endpoint) && !target.IsEncrypted) ? endpoint : throw new InsecureAddressException(endpoint);
    }

    internal static Socket CreateSocket(EndPoint endpoint)
    {
        var socket = endpoint is IPEndPoint ip
            ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        return socket;
    }

    /// <summary>The addresses that a name stands for; what is none is given as it is.</summary>
    /// <param name="endpoint">The name, or an address.</param>
    /// <param name="lookUp">Finds the addresses of a name, which may take long and can't be ended; null for as usual.</param>
    /// <exception cref="SocketException">The name is not known.</exception>
    internal static IReadOnlyList<EndPoint> Resolve(EndPoint endpoint, Func<string, IPAddress[]>? lookUp = null) => endpoint is DnsEndPoint name
        ? [.. (lookUp ?? Dns.GetHostAddresses)(name.Host).Select(address => new IPEndPoint(Plain(address), name.Port))]
        : [endpoint];

    /// <summary>Whether an address is reached by this machine alone. Of a name nobody knows it before it is resolved.</summary>
    internal static bool IsLocal(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address),
        DnsEndPoint => false,
        _ => true,
    };

    private static EndPoint ParseNetwork(string address, string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']') && IPEndPoint.TryParse(text, out var endpoint))
        {
            return new IPEndPoint(Plain(endpoint.Address), endpoint.Port);
        }

        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && Uri.CheckHostName(text[..colon]) == UriHostNameType.Dns
            ? new DnsEndPoint(text[..colon], port)
            : throw new FormatException($"'{address}' is no address: after tcp: come an IP address or a name and a port, such as tcp:127.0.0.1:5000.");
    }

    // ::ffff:127.0.0.1 is 127.0.0.1, and as local.
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

/// <summary>An address, and how it is spoken to.</summary>
/// <param name="Endpoint">The address as the system takes it.</param>
/// <param name="IsEncrypted">Whether it is encrypted on this machine too; beyond it, it always is.</param>
/// <param name="Thumbprint">The certificate that is expected there; null for any that this machine trusts.</param>
internal sealed record HubTarget(EndPoint Endpoint, bool IsEncrypted = false, string? Thumbprint = null)
{
    /// <summary>The name that the certificate has to have.</summary>
    internal string Host => Endpoint switch
    {
        DnsEndPoint name => name.Host,
        IPEndPoint ip => ip.Address.ToString(),
        _ => string.Empty,
    };

    /// <summary>The same with a thumbprint, if there is one.</summary>
    /// <exception cref="FormatException">The thumbprint is none.</exception>
    internal HubTarget With(string? thumbprint) => thumbprint is null ? this : Endpoint is IPEndPoint or DnsEndPoint
        ? this with { IsEncrypted = true, Thumbprint = CertificateTrust.ParseThumbprint(thumbprint) }
        : throw new FormatException("A socket of this machine has no certificate: a thumbprint is for an address with tcp:.");
}
