using System.Net.Sockets;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Units.Hubs;

/// <summary>What the tests of pipes share: connected ends, and payloads that show where they were cut.</summary>
internal static class PipeFixture
{
    internal static readonly WaitLimit Soon = new(TimeSpan.FromSeconds(60), CancellationToken.None);

    internal static void ReceiveAll(PipeConnection end, Action<PipeMessage> take)
    {
        while (true)
        {
            take(end.Receive(int.MaxValue, bytesOnly: false, Soon)!);
        }
    }

    internal static (PipeConnection Near, PipeConnection Far) Connect()
    {
        var (near, far) = ParkedSocket.CreatePair();
        return (new PipeConnection(SlicedSocket.Of(near), PipeWays.Both), new PipeConnection(SlicedSocket.Of(far), PipeWays.Both));
    }

    internal static (Socket Raw, PipeConnection End) ConnectRaw()
    {
        var (near, far) = ParkedSocket.CreatePair();
        return (near.ToSocket(), new PipeConnection(SlicedSocket.Of(far), PipeWays.Both));
    }

    internal static byte[] Pattern(int size)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
        {
            bytes[i] = (byte)((i * 31) + size);
        }

        return bytes;
    }
}
