using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>Reads frames off a stream and hands whole messages to a handler. Used by one thread.</summary>
internal sealed class ChannelReader
{
    // A message is built up only from bytes that have really come; unfinished ones at a time are few, or it is an attack.
    private const int MaxUnfinished = 256;

    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);

    private readonly Stream _stream;
    private readonly IMessageHandler _handler;
    private readonly byte[] _buffer = new byte[2 * (Frame.HeaderSize + Frame.MaxPayload)];

    // By kind and id, in one number.
    private readonly Dictionary<long, MessageBuffer> _unfinished = [];
    private readonly IDescriptorCarrier? _carrier;

    // Descriptors that came beside the bytes, and that no frame has asked for yet. Each comes with the first byte of its frame, so
    // while one frame is read in part the next may already have brought its own; a sender that keeps to the rules sends no third.
    private readonly Queue<SafeHandle> _arrived = [];
    private int _start;
    private int _end;
    private ExceptionDispatchInfo? _fault;

    internal ChannelReader(Stream stream, IMessageHandler handler)
    {
        _stream = stream;
        _carrier = stream as IDescriptorCarrier;
        _handler = handler;
        if (stream is ILendingStream lending)
        {
            lending.Taker = TryTake;
        }
    }

    /// <summary>Returns when the other side has closed at the end of a frame.</summary>
    /// <exception cref="ProtocolException">The other side broke a rule.</exception>
    /// <exception cref="IOException">The stream failed.</exception>
    internal void ReadToEnd()
    {
        try
        {
            ReadFrames();
        }
        finally
        {
            while (_arrived.TryDequeue(out var descriptor))
            {
                descriptor.Dispose();
            }
        }
    }

    private void ReadFrames()
    {
        while (Fill(Frame.HeaderSize))
        {
            var (kind, id, length, more, withDescriptor) = Frame.ReadHeader(_buffer.AsSpan(_start, Frame.HeaderSize));
            if (!Fill(Frame.HeaderSize + length))
            {
                break;
            }

            var payload = _buffer.AsSpan(_start + Frame.HeaderSize, length);
            _start += Frame.HeaderSize + length;
            Deliver(kind, id, payload, more, withDescriptor);
        }

        if (_start != _end)
        {
            throw new ProtocolException("the stream ended inside a frame");
        }
    }

    /// <summary>
    /// A request that has come whole, while the reading thread waits for it at the end of a frame: its sender waits for the answer, and no
    /// handler of one waits for anything. All else is the reading thread's.
    /// </summary>
    private bool TryTake(ReadOnlySpan<byte> bytes)
    {
        if (_start != _end || bytes.Length < Frame.HeaderSize || _fault is not null)
        {
            return false;
        }

        try
        {
            var (kind, id, length, more, withDescriptor) = Frame.ReadHeader(bytes[..Frame.HeaderSize]);
            if (kind != MessageKind.Request || more || withDescriptor || bytes.Length != Frame.HeaderSize + length || _unfinished.ContainsKey(Key(kind, id)))
            {
                return false;
            }

            _handler.OnMessage(kind, id, bytes[Frame.HeaderSize..]);
            return true;
        }
        catch (Exception error)
        {
            // It ends this channel, and not the thread that was so kind.
            _fault = ExceptionDispatchInfo.Capture(error);
            return false;
        }
    }

    private void Deliver(MessageKind kind, uint id, ReadOnlySpan<byte> payload, bool more, bool withDescriptor)
    {
        SafeHandle? descriptor = null;
        if (withDescriptor && !_arrived.TryDequeue(out descriptor))
        {
            throw new ProtocolException("a frame says that a descriptor came with it, and none did");
        }

        var key = Key(kind, id);
        if (_unfinished.TryGetValue(key, out var message))
        {
            message.Write(payload);
            if (!more)
            {
                _unfinished.Remove(key);
                HandOver(kind, id, message.Written, descriptor);
                message.Dispose();
            }
        }
        else if (more)
        {
            if (_unfinished.Count == MaxUnfinished)
            {
                throw new ProtocolException($"more than {MaxUnfinished} messages are unfinished");
            }

            message = new MessageBuffer();
            message.Write(payload);
            _unfinished.Add(key, message);
        }
        else
        {
            HandOver(kind, id, payload, descriptor);
        }
    }

    private static long Key(MessageKind kind, uint id) => ((long)kind << 32) | id;

    private void HandOver(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor)
    {
        if (descriptor is null)
        {
            _handler.OnMessage(kind, id, payload);
        }
        else
        {
            _handler.OnMessage(kind, id, payload, descriptor);
        }
    }

    /// <summary>Has at least <paramref name="count"/> bytes ready from the start on; false where the stream ended before.</summary>
    private bool Fill(int count)
    {
        if (_start + count > _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < count)
        {
            if (_arrived.Count > (_start == _end ? 0 : 2))
            {
                throw new ProtocolException("descriptors came that no frame asks for");
            }

            if (_start == _end && _handler.MayGather())
            {
                Thread.Sleep(s_moment);
            }

            var read = _carrier?.Read(_buffer.AsSpan(_end), _arrived) ?? _stream.Read(_buffer, _end, _buffer.Length - _end);
            _fault?.Throw();
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        if (_start == _end)
        {
            _start = _end = 0;
        }

        return true;
    }
}
