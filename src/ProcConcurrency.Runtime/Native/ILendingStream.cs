namespace ProcConcurrency.Runtime.Native;

/// <summary>Takes what has come, whole, or nothing of it.</summary>
/// <returns>Whether it took it.</returns>
internal delegate bool TakeBytes(ReadOnlySpan<byte> bytes);

/// <summary>
/// A stream that another thread of this process fills. That one may do the work of the stream's reader, as long as the reader waits in
/// <see cref="Stream.Read(Span{byte})"/>, and so spare to wake it.
/// </summary>
internal interface ILendingStream
{
    /// <summary>
    /// Asked first with what comes, never while the reader is out of its read, and no read returns meanwhile. It must not wait. Null where
    /// the reader does all itself.
    /// </summary>
    TakeBytes? Taker { set; }
}
