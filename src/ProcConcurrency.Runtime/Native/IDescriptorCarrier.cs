using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>A stream that carries descriptors beside its bytes. What comes is this process's own copy.</summary>
internal interface IDescriptorCarrier
{
    /// <summary>Writes all bytes; the descriptor goes with the first of them, and stays the caller's.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    void Write(ReadOnlySpan<byte> bytes, SafeHandle descriptor);

    /// <summary>Reads some bytes, 0 at the end; descriptors that came with them are added in the order in which they were sent.</summary>
    /// <exception cref="IOException">The stream failed.</exception>
    int Read(Span<byte> target, Queue<SafeHandle> arrived);
}
