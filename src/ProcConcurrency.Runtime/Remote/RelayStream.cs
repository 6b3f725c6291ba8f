using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// One of many streams that share a <see cref="Relay"/>. Each has a window: who writes waits when the far end has that much unused, so a
/// stream that nobody reads holds up no other.
/// </summary>
/// <remarks>One thread reads, while one at a time writes. Any thread closes, which ends blocked calls.</remarks>
internal sealed class RelayStream : SequentialStream, INonBlockingWriter, ILendingStream
{
    private readonly Relay _relay;
    private readonly int _number;

    // Guards what follows.
    private readonly object _gate = new();
    private readonly Queue<byte[]> _arrived = [];
    private int _offset; // In the first of them.
    private int _unused;
    private int _used; // What the far end has not been told yet.
    private int _room = RelayProtocol.Window;
    private bool _isOver; // The far end sends no more, and takes no more.
    private bool _isClosed;
    private int _deliveries;
    private bool _isAtWork; // Who reads has what was read, and has not come back yet.
    private bool _isAwaited; // Who reads waits for more.
    private bool _isLent; // The relay's thread does the reader's work.

    internal RelayStream(Relay relay, int number)
    {
        _relay = relay;
        _number = number;
    }

    public override bool CanWrite => true;

    /// <summary>How often the far end has sent something; it may begin anew after billions.</summary>
    internal int Deliveries => Volatile.Read(ref _deliveries);

    /// <summary>
    /// Where all goes that is read from this; null where that is its reader's affair. As long as nothing waits, what comes is written there
    /// at once, and the reader isn't woken for it.
    /// </summary>
    internal INonBlockingWriter? Target { get; init; }

    /// <inheritdoc/>
    public TakeBytes? Taker { private get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read;
        int credit;
        lock (_gate)
        {
            _isAtWork = false;
            _isAwaited = true;
            while (_isLent || (_arrived.Count == 0 && !_isOver && !_isClosed))
            {
                Monitor.Wait(_gate);
            }

            _isAwaited = false;
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (!_arrived.TryPeek(out var first))
            {
                return 0;
            }

            read = Math.Min(buffer.Length, first.Length - _offset);
            first.AsSpan(_offset, read).CopyTo(buffer);
            _offset += read;
            if (_offset == first.Length)
            {
                _arrived.Dequeue();
                _offset = 0;
            }

            _isAtWork = true;
            _unused -= read;
            credit = Use(read);
        }

        Tell(credit);
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int count;
            lock (_gate)
            {
                while (_room == 0 && !_isOver && !_isClosed)
                {
                    Monitor.Wait(_gate);
                }

                count = Reserve(buffer.Length);
            }

            // Who may wait writes by its own thread: no other has to be woken.
            _relay.SendData(_number, buffer[..count]);
            buffer = buffer[count..];
        }
    }

    public int TryWrite(ReadOnlySpan<byte> bytes, SafeHandle? descriptor)
    {
        int count;
        lock (_gate)
        {
            count = Reserve(bytes.Length);
        }

        if (count > 0)
        {
            _relay.PostData(_number, bytes[..count]);
        }

        return count;
    }

    /// <summary>Bytes of the far end.</summary>
    /// <exception cref="ProtocolException">They are more than the window has room for.</exception>
    internal void Receive(ReadOnlySpan<byte> bytes)
    {
        var credit = 0;
        bool isLent;
        Interlocked.Increment(ref _deliveries);
        lock (_gate)
        {
            if (bytes.Length > RelayProtocol.Window - _unused)
            {
                throw new ProtocolException("a stream brings more than was asked for");
            }

            if (Target is not null && _arrived.Count == 0 && !_isAtWork && !_isClosed && bytes.Length > 0)
            {
                var written = TryHandOn(bytes);
                bytes = bytes[written..];
                credit = Use(written);
            }

            isLent = _isLent = Taker is not null && _isAwaited && _arrived.Count == 0 && !_isClosed;
            if (!isLent)
            {
                Keep(bytes);
            }
        }

        Tell(isLent ? Lend(bytes) : credit);
    }

    /// <summary>Does the reader's work while it waits, where it can be done here; gives what the far end is to be told.</summary>
    private int Lend(ReadOnlySpan<byte> bytes)
    {
        var isTaken = Taker!(bytes);
        lock (_gate)
        {
            _isLent = false;
            if (!isTaken)
            {
                Keep(bytes);
            }

            if (_isOver || _isClosed)
            {
                // The reader was told, and had to wait for this.
                Monitor.PulseAll(_gate);
            }

            return isTaken ? Use(bytes.Length) : 0;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        Debug.Assert(Monitor.IsEntered(_gate));
        if (!_isClosed && bytes.Length > 0)
        {
            _unused += bytes.Length;
            _arrived.Enqueue(bytes.ToArray());
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The far end has used so many bytes.</summary>
    /// <exception cref="ProtocolException">They are more than were sent.</exception>
    internal void Refill(int count)
    {
        lock (_gate)
        {
            if (count < 0 || count > RelayProtocol.Window - _room)
            {
                throw new ProtocolException("a stream's far end has used more than it was sent");
            }

            _room += count;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The far end is closed, or can't be reached any more: what has come is read, and then it ends.</summary>
    internal void EndWhenEmpty()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                if (_isClosed)
                {
                    return;
                }

                _isClosed = true;
                _arrived.Clear();
                Monitor.PulseAll(_gate);
            }

            _relay.Close(_number);
        }

        base.Dispose(disposing);
    }

    private int TryHandOn(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Target!.TryWrite(bytes, null);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Its far end is gone, which whoever reads this is told when it writes there.
            return 0;
        }
    }

    /// <summary>So many bytes are out of the way; gives what the far end is to be told.</summary>
    private int Use(int count)
    {
        Debug.Assert(Monitor.IsEntered(_gate));
        _used += count;
        var credit = _used >= RelayProtocol.Window / 4 ? _used : 0;
        _used -= credit;
        return credit;
    }

    private void Tell(int credit)
    {
        if (credit > 0)
        {
            _relay.TryPost(RelayProtocol.Credit, _number, credit);
        }
    }

    /// <summary>How much may be written now, at most so much.</summary>
    private int Reserve(int wanted)
    {
        Debug.Assert(Monitor.IsEntered(_gate));
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_isOver)
        {
            throw new IOException("The process at the other end is gone.");
        }

        var count = Math.Min(Math.Min(wanted, _room), RelayProtocol.MaxData);
        _room -= count;
        return count;
    }
}
