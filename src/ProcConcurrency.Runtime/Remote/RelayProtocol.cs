using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// The message ids of the channel between a session and its agent on another machine. Each message but the first fits into one frame, so
/// all arrive in the order in which they were sent.
/// </summary>
internal static class RelayProtocol
{
    /// <summary>Notice of an agent, its first: how many processors there are.</summary>
    internal const uint Hello = 1;

    /// <summary>Request to an agent: start a child of this number. The answer is its process id; a fault says why not.</summary>
    internal const uint Spawn = 2;

    /// <summary>Notice to an agent: end children, by number; at once, or politely.</summary>
    internal const uint Signal = 3;

    /// <summary>Notice of an agent: a child's process has ended; how.</summary>
    internal const uint Exited = 4;

    /// <summary>Notice: bytes of a stream, behind its number (4 bytes).</summary>
    internal const uint Data = 5;

    /// <summary>Notice: the receiver of a stream has used so many bytes, and takes as many more.</summary>
    internal const uint Credit = 6;

    /// <summary>Notice: a stream has ended on this side.</summary>
    internal const uint End = 7;

    /// <summary>Notice: this side lives.</summary>
    internal const uint Beat = 8;

    /// <summary>The most bytes of a stream in one message.</summary>
    internal const int MaxData = Frame.MaxPayload - sizeof(int);

    /// <summary>How many bytes of a stream may be on the way, or lie unused: enough for a fast line that is long.</summary>
    internal const int Window = 1024 * 1024;

    /// <summary>The stream that is a child's channel.</summary>
    internal static int ChannelOf(int child) => 2 * child;

    /// <summary>The stream that is what a child writes to its standard output and error.</summary>
    internal static int OutputOf(int child) => (2 * child) + 1;
}
