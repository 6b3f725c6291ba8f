using System.Net.Sockets;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// Has the system notice a peer that vanished without a word: its machine lost power, or its network. After half a minute of
/// silence it is asked every 10 seconds, and given up after three questions: a minute in all. What was sent and not
/// acknowledged for a minute ends the connection as well, which otherwise takes a quarter of an hour.
/// </summary>
internal static class KeepAlive
{
    private const int IdleSeconds = 30;
    private const int IntervalSeconds = 10;
    private const int Questions = 3;
    private const int MostSeconds = IdleSeconds + (IntervalSeconds * Questions);

    // The system's numbers, which .NET has no names for: TCP_USER_TIMEOUT, TCP_RXT_CONNDROPTIME, TCP_MAXRT.
    private const int TcpLevel = 6;
    private const int LinuxUserTimeout = 18;
    private const int MacDropTime = 0x80;
    private const int WindowsMostRetransmission = 5;

    /// <summary>Sets a socket up, if it is of TCP.</summary>
    internal static void Set(Socket socket)
    {
        if (socket.ProtocolType != ProtocolType.Tcp)
        {
            return;
        }

        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, IntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Questions);
        var (option, value) = OperatingSystem.IsLinux() ? (LinuxUserTimeout, MostSeconds * 1000)
            : OperatingSystem.IsWindows() ? (WindowsMostRetransmission, MostSeconds)
            : (MacDropTime, MostSeconds);
        try
        {
            socket.SetRawSocketOption(TcpLevel, option, BitConverter.GetBytes(value));
        }
        catch (SocketException)
        {
            // An older system: only silence is noticed in time.
        }
    }
}
