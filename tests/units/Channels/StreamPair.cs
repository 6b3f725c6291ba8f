using System.Net.Sockets;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Units.Channels;

/// <summary>Two connected streams, as a parent and its child have them.</summary>
internal sealed class StreamPair : IDisposable
{
    internal StreamPair()
    {
        var (ours, theirs) = LibC.CreateSocketPair();
        Near = new NetworkStream(new Socket(new SafeSocketHandle(ours, ownsHandle: true)), ownsSocket: true);
        Far = new NetworkStream(new Socket(new SafeSocketHandle(theirs, ownsHandle: true)), ownsSocket: true);
    }

    internal NetworkStream Near { get; }

    internal NetworkStream Far { get; }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
