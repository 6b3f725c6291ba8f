using System.Net.Sockets;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Units.Channels;

/// <summary>Two connected streams, as a parent and its child have them.</summary>
internal sealed class StreamPair : IDisposable
{
    /// <param name="direct">Whether they can be written to without waiting.</param>
    internal StreamPair(bool direct = false)
    {
        var (ours, theirs) = LibC.CreateSocketPair();
        Near = direct ? new UnixSocketStream(ours) : Adopt(ours);
        Far = direct ? new UnixSocketStream(theirs) : Adopt(theirs);
    }

    internal Stream Near { get; }

    internal Stream Far { get; }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }

    private static NetworkStream Adopt(int descriptor) =>
        new NetworkStream(new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)), ownsSocket: true);
}
