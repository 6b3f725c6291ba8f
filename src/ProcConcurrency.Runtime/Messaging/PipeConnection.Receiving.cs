using System.Buffers.Binary;
using System.Diagnostics;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Messaging;

// Receiving: what has come of a message stays here until the message is whole, whoever asks for it.
internal sealed partial class PipeConnection
{
    private const int BufferSize = 64 * 1024;

    // What a length field may claim at once; beyond that, room is made as bytes really come.
    private const int BelievedSize = 1 << 20;
    private const int NoMessage = -1;

    // Guards what follows.
    private readonly object _receiveGate = new();
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private PipeMessageKind _kind;
    private int _length = NoMessage;
    private byte[] _payload = [];
    private int _filled;
    private string? _over;

    /// <summary>Receives the next message.</summary>
    /// <param name="maxLength">The longest to take.</param>
    /// <param name="bytesOnly">An object stays where it is.</param>
    /// <param name="limit">How long to wait.</param>
    /// <returns>The message; null where none came in time.</returns>
    /// <exception cref="PipeClosedException">An end is closed, and what had come was received.</exception>
    /// <exception cref="MessageTooLargeException">It is longer than that; nothing more can be received.</exception>
    internal PipeMessage? Receive(int maxLength, bool bytesOnly, WaitLimit limit)
    {
        var start = Stopwatch.GetTimestamp();
        if (!BeginReceive(limit, start))
        {
            return null;
        }

        try
        {
            if (!ReadHeader(maxLength, bytesOnly, limit, start) || !ReadPayload(limit, start))
            {
                return null;
            }

            return new PipeMessage(_kind, TakePayload());
        }
        finally
        {
            Monitor.Exit(_receiveGate);
        }
    }

    /// <summary>Receives a message of bytes into a buffer.</summary>
    /// <returns>How many bytes it has.</returns>
    /// <exception cref="BufferTooShortException">It has more; the exception has them.</exception>
    internal int ReceiveInto(Span<byte> target, WaitLimit limit)
    {
        BeginReceive(limit, 0);
        try
        {
            ReadHeader(int.MaxValue, bytesOnly: true, limit, 0);
            var length = _length;
            if (length > target.Length)
            {
                ReadPayload(limit, 0);
                throw new BufferTooShortException(TakePayload(), target.Length);
            }

            // What came of it before; then the rest, straight to where it is to go.
            _payload.AsSpan(0, _filled).CopyTo(target);
            var done = _filled + TakeBuffered(target[_filled..length]);
            while (done < length)
            {
                var read = Read(target[done..length], isInside: true);
                done += Math.Max(read, 0);
                if (read < 0 && limit.IsStopping)
                {
                    // For the next receiver.
                    _payload = target[..done].ToArray();
                    _filled = done;
                    throw new OperationCanceledException("The wait was stopped.");
                }
            }

            Forget();
            return length;
        }
        finally
        {
            Monitor.Exit(_receiveGate);
        }
    }

    /// <summary>Waits until there is something to receive, the end of the pipe included.</summary>
    internal bool Poll(WaitLimit limit)
    {
        var start = Stopwatch.GetTimestamp();
        if (!BeginReceive(limit, start))
        {
            return false;
        }

        try
        {
            while (true)
            {
                var slice = Slice(limit, start);
                if (_start < _end || _length != NoMessage || _socket.WaitForData(slice))
                {
                    return true;
                }

                StopOrNot(limit);
                if (slice == 0)
                {
                    return false;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            throw Ended();
        }
        finally
        {
            Monitor.Exit(_receiveGate);
        }
    }

    private static void StopOrNot(WaitLimit limit)
    {
        if (limit.IsStopping)
        {
            throw new OperationCanceledException("The wait was stopped.");
        }
    }

    private bool BeginReceive(WaitLimit limit, long start)
    {
        if ((_ways & PipeWays.Receive) == 0)
        {
            throw new PipeDirectionException("This is the sending end of a one-way pipe: the other end receives.");
        }

        return Enter(_receiveGate, limit, start);
    }

    /// <summary>Knows what the next message is, or that time is over.</summary>
    private bool ReadHeader(int maxLength, bool bytesOnly, WaitLimit limit, long start)
    {
        while (_length == NoMessage)
        {
            if (_end - _start >= HeaderSize)
            {
                var length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start));
                _kind = (PipeMessageKind)_buffer[_start + 4];
                if (length > Array.MaxLength || _kind > PipeMessageKind.Bytes || (_kind is not (PipeMessageKind.Encoded or PipeMessageKind.Bytes) && length != sizeof(long)))
                {
                    throw EndReceiving("The pipe was closed: what the other end sent is no message.");
                }

                _length = (int)length;
                _start += HeaderSize;
            }
            else if (!Fill(limit, start))
            {
                return false;
            }
        }

        if (_length > maxLength)
        {
            var length = _length;
            Forget();
            throw new MessageTooLargeException(
                $"The message has {length} bytes, and {maxLength} were allowed. {EndReceiving("The pipe was closed for receiving when too long a message came.").Message}");
        }

        return !bytesOnly || _kind == PipeMessageKind.Bytes
            ? true
            : throw new PipeDirectionException("The next message is an object and no bytes. It is still there: receive it as an object.");
    }

    private bool ReadPayload(WaitLimit limit, long start)
    {
        while (_filled < _length)
        {
            if (_filled == _payload.Length)
            {
                // Not filled with zeros first, as Array.Resize would.
                var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(_length, Math.Max(BelievedSize, 2L * _filled)));
                _payload.CopyTo(larger, 0);
                _payload = larger;
            }

            var read = TakeBuffered(_payload.AsSpan(_filled));
            if (read == 0)
            {
                if (limit.Timeout is not null && !_socket.WaitForData(Slice(limit, start)))
                {
                    StopOrNot(limit);
                    if (Slice(limit, start) == 0)
                    {
                        return false;
                    }

                    continue;
                }

                read = Read(_payload.AsSpan(_filled), isInside: true);
                if (read < 0)
                {
                    StopOrNot(limit);
                }
            }

            _filled += Math.Max(read, 0);
        }

        return true;
    }

    private byte[] TakePayload()
    {
        var payload = _payload.Length == _length ? _payload : _payload[.._length];
        Forget();
        return payload;
    }

    private void Forget()
    {
        _length = NoMessage;
        _payload = [];
        _filled = 0;
    }

    private int TakeBuffered(Span<byte> target)
    {
        var count = Math.Min(target.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(target);
        _start += count;
        return count;
    }

    /// <summary>Gets some bytes into the buffer; false where time is over.</summary>
    private bool Fill(WaitLimit limit, long start)
    {
        if (_over is { } over)
        {
            throw new PipeClosedException(over);
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (true)
        {
            var slice = Slice(limit, start);
            if (limit.Timeout is null || _socket.WaitForData(slice))
            {
                var read = Read(_buffer.AsSpan(_end), isInside: _end > 0);
                if (read > 0)
                {
                    _end += read;
                    return true;
                }
            }

            StopOrNot(limit);
            if (slice == 0)
            {
                return false;
            }
        }
    }

    /// <summary>Some bytes, or -1 where none came within a slice of time.</summary>
    private int Read(Span<byte> target, bool isInside)
    {
        int read;
        try
        {
            read = _socket.Receive(target);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw Ended();
        }

        if (read == 0)
        {
            throw IsClosed
                ? Ended()
                : EndReceiving($"The other end of the pipe is closed: its process closed it, or is gone{(isInside ? ", in the middle of a message" : string.Empty)}.");
        }

        return read;
    }

    private PipeClosedException EndReceiving(string reason)
    {
        _over = reason;
        Forget();
        _start = _end = 0;
        try
        {
            _socket.StopReceiving();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // It was closed here meanwhile.
        }

        return new PipeClosedException(reason);
    }
}
