using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>A stream that can be written to without waiting for its reader.</summary>
internal interface INonBlockingWriter
{
    /// <summary>Writes what there is room for now.</summary>
    /// <param name="bytes">At least one.</param>
    /// <param name="descriptor">Goes with the first byte; null for none. It stays the caller's.</param>
    /// <returns>How many bytes were written; 0 where there was no room.</returns>
    /// <exception cref="IOException">The other side is gone.</exception>
    int TryWrite(ReadOnlySpan<byte> bytes, SafeHandle? descriptor);
}
