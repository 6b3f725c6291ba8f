using System.Buffers.Binary;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

// From bytes to messages: what has come of one stays here until it is whole, whoever asks for it.
internal sealed partial class PipeConnection
{
    private const int BufferSize = 64 * 1024;

    // What a length field may claim at once, a megabyte and what is around it; beyond that, room is made as bytes really come.
    private const int BelievedSize = (1 << 20) + 1024;
    private const int NoMessage = -1;

    // Whose it is guards what follows.
    private readonly PipeTurn _receiving = new();
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private PipeMessageKind _kind;
    private int _length = NoMessage;
    private byte[] _payload = [];
    private int _filled;
    private string? _over;

    /// <summary>Knows what the next message is, or that time is over.</summary>
    private bool ReadHeader(int maxLength, bool bytesOnly, WaitLimit limit, long start)
    {
        while (_length == NoMessage)
        {
            if (_end - _start >= HeaderSize)
            {
                var length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start));
                _kind = (PipeMessageKind)_buffer[_start + 4];
                if (length > Array.MaxLength || _kind > PipeMessageKind.Mentioning || (_kind is PipeMessageKind.Int32 or PipeMessageKind.Int64 or PipeMessageKind.Double && length != sizeof(long)))
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

        if (bytesOnly && _kind != PipeMessageKind.Bytes)
        {
            throw new PipeDirectionException("The next message is an object and no bytes. It is still there: receive it as an object.");
        }

        if (_length > maxLength)
        {
            var length = _length;
            ClearPayload();
            throw new MessageTooLargeException(
                $"The message has {length} bytes, and {maxLength} were allowed. {EndReceiving("The pipe was closed for receiving when too long a message came.").Message}");
        }

        return true;
    }

    private bool ReadPayload(WaitLimit limit, long start)
    {
        while (_filled < _length)
        {
            if (_filled == _payload.Length)
            {
                Grow((int)Math.Min(_length, Math.Max(BelievedSize, 2L * _filled)));
            }

            var room = _payload.AsSpan(_filled, Math.Min(_payload.Length, _length) - _filled);
            var read = TakeBuffered(room);
            if (read == 0)
            {
                if (limit.Timeout is not null && !WaitForData(Slice(limit, start)))
                {
                    StopOrNot(limit);
                    if (Slice(limit, start) == 0)
                    {
                        return false;
                    }

                    WaitLong(forRoom: false, limit, start);
                    continue;
                }

                read = Read(room, isInside: true);
                if (read < 0)
                {
                    StopOrNot(limit);
                    WaitLong(forRoom: false, limit, start);
                }
            }

            _filled += Math.Max(read, 0);
        }

        return true;
    }

    private void Grow(int size)
    {
        // An object is decoded, and its array used again. Bytes are their receiver's: an array of just their length, which is
        // not filled with zeros first, as Array.Resize would.
        var isSpare = _kind is PipeMessageKind.Encoded or PipeMessageKind.Mentioning && SpareArrays.IsSpare(_length);
        var larger = isSpare ? SpareArrays.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        _payload.CopyTo(larger, 0);
        if (isSpare && _filled > 0)
        {
            SpareArrays.Recycle(_payload);
        }

        _payload = larger;
    }

    private byte[] TakePayload()
    {
        var payload = _payload;
        ClearPayload();
        return payload;
    }

    private void ClearPayload()
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
            if (limit.Timeout is null || WaitForData(slice))
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

            WaitLong(forRoom: false, limit, start);
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
        ClearPayload();
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
