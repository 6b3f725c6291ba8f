using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// All that goes out over one stream, in frames. While the other side reads, whoever sends writes; what the stream has no
/// room for is written by a thread of the queue's own:
/// <code>
/// Send, Post -> nothing waits and there is room: straight to the stream
///            -> else: waiting -> under way, a frame each in turn -> writing thread -> stream
/// </code>
/// So a slow reader holds up those alone that want to wait for it (<see cref="Send"/>), and a small message never waits for
/// the end of a large one.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class OutgoingQueue : IDisposable
{
    // A receiver refuses to put together more than some hundred messages at once.
    private const int MostUnderWay = 64;

    private readonly Stream _stream;
    private readonly INonBlockingWriter? _direct;
    private readonly Action<Exception> _onFailure;

    // Guards everything below. A thread that writes outside it has set _isWriting, and the frame is its own until it unsets it.
    private readonly object _gate = new();
    private readonly byte[] _frame = new byte[Frame.HeaderSize + Frame.MaxPayload];
    private readonly Queue<OutgoingMessage> _waiting = [];
    private readonly Queue<OutgoingMessage> _underWay = [];
    private readonly Queue<OutgoingMessage> _inOrder = []; // Each goes when all has gone that came before it.
    private long _lastNumber;
    private OutgoingMessage? _current; // What the frame belongs to, where the stream has not taken all of it.
    private SafeHandle? _descriptor;
    private int _start;
    private int _end;
    private bool _isLast;
    private bool _isWriting;
    private Thread? _writer;
    private Exception? _failure;

    /// <summary>Makes one.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="onFailure">Told where it fails though the other side is there; under the gate.</param>
    internal OutgoingQueue(Stream stream, Action<Exception> onFailure)
    {
        _stream = stream;
        _onFailure = onFailure;
        _direct = stream as INonBlockingWriter;
    }

    private bool IsIdle => !_isWriting && _current is null && _underWay.Count == 0 && _waiting.Count == 0 && _inOrder.Count == 0;

    /// <summary>Sends a message; returns when the operating system has all of it.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="payload">Its bytes, which are not copied: its sender waits.</param>
    /// <param name="descriptor">Stays the caller's; null for none.</param>
    /// <exception cref="IOException">The stream is closed, or has failed.</exception>
    internal void Send(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
    {
        lock (_gate)
        {
            if (Write(kind, id, payload.Span, payload, descriptor, isPosted: false) is { } rest)
            {
                Wait(rest, Timeout.Infinite);
            }
        }
    }

    /// <summary>Sends what there is room for of a message, and doesn't wait for the rest, which follows.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="payload">Its bytes, which are not copied: they stay as they are until it has gone.</param>
    /// <param name="isInOrder">As with <see cref="Post"/>.</param>
    /// <returns>What can be waited for; null where the operating system has all of it.</returns>
    /// <exception cref="IOException">The stream is closed, or has failed.</exception>
    internal UnsentMessage? BeginSend(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, bool isInOrder)
    {
        lock (_gate)
        {
            return Write(kind, id, payload.Span, payload, null, isPosted: true, isInOrder) is { } rest ? new UnsentMessage(this, rest) : null;
        }
    }

    /// <summary>Waits until the operating system has all of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="milliseconds">The longest; -1 for ever.</param>
    /// <returns>Whether it has.</returns>
    /// <exception cref="IOException">It never will: the stream is closed, or has failed.</exception>
    internal bool Wait(OutgoingMessage message, int milliseconds)
    {
        var end = Environment.TickCount64 + milliseconds;
        lock (_gate)
        {
            while (!message.IsWritten)
            {
                ThrowIfFailed();
                var left = milliseconds < 0 ? Timeout.Infinite : Math.Max(end - Environment.TickCount64, 0);
                if (left == 0)
                {
                    return false;
                }

                Monitor.Wait(_gate, (int)left);
            }

            return true;
        }
    }

    /// <summary>Sends a message, and never waits: what there is no room for follows when there is.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="descriptor">The queue's from now on; null for none.</param>
    /// <param name="isInOrder">It goes when all has gone that was sent before it, and doesn't overtake the rest of a large message.</param>
    /// <exception cref="IOException">The stream is closed, or has failed.</exception>
    internal void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor, bool isInOrder = false) =>
        PostOrKeep(kind, id, payload, null, descriptor, isInOrder);

    /// <summary>As <see cref="Post"/>, without a copy of the bytes, which the sender leaves as they are as long as they may be needed.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="descriptor">The queue's from now on; null for none.</param>
    /// <exception cref="IOException">The stream is closed, or has failed.</exception>
    internal void PostLent(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor) =>
        PostOrKeep(kind, id, payload.Span, payload, descriptor, isInOrder: false);

    private void PostOrKeep(MessageKind kind, uint id, ReadOnlySpan<byte> payload, ReadOnlyMemory<byte>? lent, SafeHandle? descriptor, bool isInOrder)
    {
        var isKept = false;
        try
        {
            lock (_gate)
            {
                isKept = Write(kind, id, payload, lent, descriptor, isPosted: true, isInOrder) is not null;
            }
        }
        finally
        {
            if (!isKept)
            {
                descriptor?.Dispose();
            }
        }
    }

    /// <summary>Takes a message back of which nothing has gone yet.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="beginning">Its first bytes: others may have the same number.</param>
    /// <returns>Whether there was one.</returns>
    internal bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning)
    {
        lock (_gate)
        {
            foreach (var message in _waiting.Concat(_underWay))
            {
                if (message.IsUnbegun(kind, id, beginning))
                {
                    Remove(_waiting, message);
                    Remove(_underWay, message);
                    message.Release();
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Takes a message out, where it is there; the others keep their order.</summary>
    private static void Remove(Queue<OutgoingMessage> queue, OutgoingMessage message)
    {
        for (var left = queue.Count; left > 0; left--)
        {
            var next = queue.Dequeue();
            if (next != message)
            {
                queue.Enqueue(next);
            }
        }
    }

    /// <summary>Nothing more is sent: what waits is lost, and whoever waits for it is told. Closing the stream is its owner's.</summary>
    public void Dispose() => Fail(new IOException("The channel is closed."), isOurs: false);

    /// <summary>Writes what may go at once; while a frame waits to be written the gate is open. Gives the message where something of it is left, which the writing thread has then.</summary>
    private OutgoingMessage? Write(
        MessageKind kind, uint id, ReadOnlySpan<byte> payload, ReadOnlyMemory<byte>? lent, SafeHandle? descriptor, bool isPosted, bool isInOrder = false)
    {
        Debug.Assert(Monitor.IsEntered(_gate), "frames are made under the gate");
        ThrowIfFailed();
        var begin = 0;
        while (IsIdle && (_direct is not null || !isPosted))
        {
            var part = payload.Slice(begin, Math.Min(payload.Length - begin, Frame.MaxPayload));
            begin += part.Length;
            _isLast = begin == payload.Length;
            _descriptor = _isLast ? descriptor : null;
            Frame.Write(_frame, kind, id, part, !_isLast, _descriptor is not null);
            (_start, _end) = (0, Frame.HeaderSize + part.Length);
            WriteFrame(waits: _direct is null);
            if (_start < _end)
            {
                _current = new OutgoingMessage(kind, id, lent?[begin..] ?? payload[begin..].ToArray(), descriptor, isPosted, isBegun: true) { Number = ++_lastNumber };
                WakeWriter();
                return _current;
            }

            if (_isLast)
            {
                WakeWriter();
                return null;
            }
        }

        // One that has begun stays before those of its kind and id.
        var message = new OutgoingMessage(kind, id, lent?[begin..] ?? payload[begin..].ToArray(), descriptor, isPosted, isBegun: begin > 0) { Number = ++_lastNumber };
        (begin > 0 ? _underWay : isInOrder ? _inOrder : _waiting).Enqueue(message);
        WakeWriter();
        return message;
    }

    /// <summary>Writes the frame at hand: all of it, outside the gate, or what there is room for.</summary>
    private void WriteFrame(bool waits)
    {
        try
        {
            if (!waits)
            {
                _start += _direct!.TryWrite(_frame.AsSpan(_start, _end - _start), _descriptor);
                _descriptor = _start > 0 ? null : _descriptor;
                return;
            }

            _isWriting = true;
            Monitor.Exit(_gate);
            try
            {
                WriteAll(_frame.AsSpan(_start, _end - _start), _descriptor);
            }
            finally
            {
                Monitor.Enter(_gate);
                _isWriting = false;
            }

            ThrowIfFailed();
            _start = _end;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Where it is the other side that has gone, what it said before is still to be read.
            Fail(error, isOurs: ShortageException.IsBehind(error));
            ThrowIfFailed();
        }
    }

    private void WriteAll(ReadOnlySpan<byte> bytes, SafeHandle? descriptor)
    {
        if (descriptor is null)
        {
            _stream.Write(bytes);
        }
        else
        {
            ((IDescriptorCarrier)_stream).Write(bytes, descriptor);
        }
    }

    private void WakeWriter()
    {
        if (IsIdle)
        {
            return;
        }

        try
        {
            _writer ??= Background.Start("channel writer", WriteQueued, error => Fail(error, isOurs: true));
        }
        catch (IOException error)
        {
            Fail(error, isOurs: true);
            ThrowIfFailed();
        }

        Monitor.PulseAll(_gate);
    }

    private void WriteQueued()
    {
        try
        {
            lock (_gate)
            {
                while (true)
                {
                    while (_failure is null && (_isWriting || IsIdle))
                    {
                        Monitor.Wait(_gate);
                    }

                    if (_current is null)
                    {
                        ThrowIfFailed();
                        TakeNext();
                    }

                    WriteFrame(waits: true);
                    Complete(_current!);
                }
            }
        }
        catch (IOException)
        {
            // The queue has failed: those who wait have been told, and the reading thread tells the rest.
        }
    }

    /// <summary>The next frame: of those under way, in turn.</summary>
    private void TakeNext()
    {
        if (_inOrder.TryPeek(out var next) && _underWay.Concat(_waiting.Take(1)).All(message => message.Number > next.Number))
        {
            Begin(_inOrder.Dequeue());
            return;
        }

        while (_underWay.Count < MostUnderWay && _waiting.TryPeek(out var first) && !_underWay.Any(message => message.Key == first.Key))
        {
            _underWay.Enqueue(_waiting.Dequeue());
        }

        Begin(_underWay.Dequeue());
    }

    private void Begin(OutgoingMessage message)
    {
        _current = message;
        (_end, _isLast, _descriptor) = message.NextFrame(_frame);
        _start = 0;
    }

    private void Complete(OutgoingMessage message)
    {
        _current = null;
        if (_isLast)
        {
            message.Release();
            message.IsWritten = true;
            Monitor.PulseAll(_gate);
        }
        else
        {
            _underWay.Enqueue(message);
        }
    }

    private void Fail(Exception error, bool isOurs)
    {
        lock (_gate)
        {
            isOurs &= _failure is null;
            _failure ??= error;
            _current?.Release();
            _current = null;
            foreach (var message in _underWay.Concat(_waiting).Concat(_inOrder))
            {
                message.Release();
            }

            _underWay.Clear();
            _waiting.Clear();
            _inOrder.Clear();
            Monitor.PulseAll(_gate);
            if (isOurs)
            {
                _onFailure(error);
            }
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            throw new IOException(_failure.Message, _failure);
        }
    }
}
