using System.Net.Sockets;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// The bytes of a connection that has still to prove the key. Whoever reads awaits them, and goes on within <see cref="OnReadable"/>,
/// on the one thread that watches all such connections: none has a thread of its own, and none needs the thread pool, which
/// a script may have blocked. Once the key is proved, calls block as usual.
/// </summary>
internal sealed class UnprovenStream(Socket socket) : SequentialStream
{
    private TaskCompletionSource? _reader;

    internal Socket Socket => socket;

    public override bool CanWrite => true;

    /// <summary>There is something to read: who awaits it goes on, on this thread.</summary>
    internal void OnReadable() => Interlocked.Exchange(ref _reader, null)?.SetResult();

    /// <summary>Nothing is read any more: who awaits something fails, on this thread.</summary>
    internal void Fail(Exception reason) => Interlocked.Exchange(ref _reader, null)?.SetException(reason);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!socket.Poll(0, SelectMode.SelectRead))
        {
            // Not told to run its continuations elsewhere: they are to run where it is completed.
            var reader = new TaskCompletionSource();
            _reader = reader;
            await reader.Task.ConfigureAwait(false);
        }

        return Read(buffer.Span);
    }

    // All that is written before the proof is a few thousand bytes at the most, for which the system has room.
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            while (buffer.Length > 0)
            {
                buffer = buffer[socket.Send(buffer)..];
            }
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }
}
