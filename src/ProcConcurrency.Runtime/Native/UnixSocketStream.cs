using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>A connected Unix socket as a stream of bytes with descriptors beside them (SCM_RIGHTS).</summary>
/// <remarks>One thread reads, while one at a time writes. Any thread closes, which ends blocked calls.</remarks>
internal sealed class UnixSocketStream : SequentialStream, IDescriptorCarrier, INonBlockingWriter, IEndsWhenEmpty
{
    // Whoever asked a moment ago often asks again at once, and to be woken takes longer than a whole round trip. So a reader to whom
    // something has just come looks that long before it sleeps, and lets others run meanwhile; one that nobody talks to sleeps. One a
    // process: many quick children would else keep the processors busy with looking.
    private static readonly long s_patience = Environment.ProcessorCount > 1 ? Stopwatch.Frequency * 50 / 1_000_000 : 0;
    private static int s_isLooking;

    private readonly DescriptorHandle _socket;
    private int _closed;

    /// <summary>Takes over a descriptor.</summary>
    internal UnixSocketStream(int descriptor) => _socket = new DescriptorHandle(descriptor);

    public override bool CanWrite => true;

    public override int Read(byte[] buffer, int offset, int count) => Receive(buffer.AsSpan(offset, count), null);

    public override int Read(Span<byte> buffer) => Receive(buffer, null);

    public int Read(Span<byte> target, Queue<SafeHandle> arrived) => Receive(target, arrived);

    public override void Write(byte[] buffer, int offset, int count) => WriteAll(buffer.AsSpan(offset, count), null);

    public override void Write(ReadOnlySpan<byte> buffer) => WriteAll(buffer, null);

    public void Write(ReadOnlySpan<byte> bytes, SafeHandle descriptor) => WriteAll(bytes, descriptor);

    public int TryWrite(ReadOnlySpan<byte> bytes, SafeHandle? descriptor) => Send(bytes, descriptor, waits: false);

    /// <inheritdoc/>
    public void EndWhenEmpty() => LibC.EndReceivingWhenEmpty(_socket);

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _closed, 1) == 0)
        {
            // A thread that is blocked in a call keeps the descriptor open until it comes back; this brings it back.
            LibC.ShutDown(_socket);
            _socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Receive(Span<byte> target, Queue<SafeHandle>? arrived)
    {
        Span<int> descriptors = stackalloc int[LibC.MostDescriptors];
        int read;
        int count;

        // Who sleeps in a call to receive is woken by the other side's receiving, too, for each message that it takes: only poll tells
        // room from data. A socket that .NET has once used without blocking never blocks anyway.
        while (!ReceiveSoon(target, descriptors, out read, out count))
        {
            LibC.WaitForData(_socket, Timeout.Infinite);
        }

        for (var i = 0; i < count; i++)
        {
            // Made a handle first of all, so that none is left open whatever happens.
            var handle = new DescriptorHandle(descriptors[i]);
            if (arrived is null)
            {
                handle.Dispose();
            }
            else
            {
                arrived.Enqueue(handle);
            }
        }

        return read >= 0 ? read : throw Failure();
    }

    /// <summary>Receives what is there, or comes within the time that looking is worth; false where nothing does.</summary>
    private bool ReceiveSoon(Span<byte> target, Span<int> descriptors, out int read, out int count)
    {
        if (TryReceive(target, descriptors, out read, out count))
        {
            return true;
        }

        if (s_patience == 0 || Interlocked.Exchange(ref s_isLooking, 1) != 0)
        {
            return false;
        }

        try
        {
            var start = Stopwatch.GetTimestamp();
            do
            {
                if (Stopwatch.GetTimestamp() - start > s_patience)
                {
                    return false;
                }

                Thread.Yield();
            }
            while (!TryReceive(target, descriptors, out read, out count));

            return true;
        }
        finally
        {
            Volatile.Write(ref s_isLooking, 0);
        }
    }

    /// <summary>False where nothing is there; what goes wrong is something.</summary>
    private bool TryReceive(Span<byte> target, Span<int> descriptors, out int read, out int count) =>
        (read = LibC.ReceiveMessage(_socket, target, descriptors, out count, waits: false)) >= 0 || !LibC.WasTimeout;

    private void WriteAll(ReadOnlySpan<byte> bytes, SafeHandle? descriptor)
    {
        while (bytes.Length > 0)
        {
            var sent = Send(bytes, descriptor, waits: true);
            if (sent == 0)
            {
                LibC.WaitForRoom(_socket, Timeout.Infinite);
                continue;
            }

            bytes = bytes[sent..];
            descriptor = null;
        }
    }

    /// <summary>Sends some bytes, and a descriptor with the first; gives how many, 0 where there was no room.</summary>
    private int Send(ReadOnlySpan<byte> bytes, SafeHandle? descriptor, bool waits)
    {
        using var borrowed = new Borrowed(descriptor);
        var sent = LibC.SendMessage(_socket, bytes, [], borrowed.Descriptor, waits);
        return sent >= 0 ? sent : LibC.WasTimeout ? 0 : throw Failure();
    }

    private Exception Failure()
    {
        var code = Marshal.GetLastPInvokeError();
        return Volatile.Read(ref _closed) != 0
            ? new ObjectDisposedException(nameof(UnixSocketStream))
            : ShortageException.ToException(code, $"The channel failed: {Marshal.GetPInvokeErrorMessage(code)}.");
    }
}
