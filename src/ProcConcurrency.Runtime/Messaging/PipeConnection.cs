using System.Buffers.Binary;
using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// An end of a pipe in the process that uses it: messages over one socket. A message is its length (4 bytes, little-endian), its
/// kind (1) and that many bytes.
/// </summary>
/// <remarks>
/// Thread-safe. A caller that is stopped while it waits leaves no half of a message behind: a message that was begun is sent
/// to its end, and what has been received in part is kept for the next receiver.
/// </remarks>
internal sealed partial class PipeConnection : IDisposable
{
    internal const int HeaderSize = 5;

    // Up to here a message is copied behind its header; above, both are given to the system as they are.
    private const int SmallMessage = 16 * 1024;

    private readonly SlicedSocket _socket;
    private readonly PipeWays _ways;

    // Whose it is guards sending.
    private readonly PipeTurn _sending = new();
    private readonly byte[] _head = new byte[HeaderSize + SmallMessage];

    // The rest of a message whose sender was stopped.
    private byte[] _unsent = [];
    private int _closed;

    // What messages mention that no hub holds for their receiver. Guards itself.
    private readonly HashSet<ProcObject> _mentioned = [];

    internal PipeConnection(SlicedSocket socket, PipeWays ways)
    {
        _socket = socket;
        _ways = ways;
    }

    internal bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Closes this end. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _socket.Dispose();
            lock (_mentioned)
            {
                _mentioned.Clear();
            }
        }
    }

    /// <summary>A message mentions objects that no hub holds for its receiver: this end does, as long as it is open.</summary>
    internal void Keep(ProcObject[] handles)
    {
        lock (_mentioned)
        {
            _mentioned.UnionWith(handles);
        }
    }

    internal bool Send(StoredValue value, WaitLimit limit)
    {
        if (value.Kind == StoredKind.Encoded)
        {
            return Send(PipeMessageKind.Encoded, value.Bytes.Span, limit);
        }

        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, value.Bits);
        return Send((PipeMessageKind)value.Kind, number, limit);
    }

    /// <summary>
    /// Sends one message; waits while the other end doesn't receive. A time limit holds until its first byte is sent: what
    /// was begun can't be taken back.
    /// </summary>
    /// <returns>Whether it was sent; if not, nothing of it was.</returns>
    /// <exception cref="PipeClosedException">An end is closed.</exception>
    /// <exception cref="OperationCanceledException">The caller was stopped.</exception>
    internal bool Send(PipeMessageKind kind, ReadOnlySpan<byte> payload, WaitLimit limit)
    {
        var isBegun = false;
        return Send(kind, payload, limit, ref isBegun);
    }

    /// <summary>As above.</summary>
    /// <param name="kind">What the message is.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="limit">How long to wait for room.</param>
    /// <param name="isBegun">Set when a part of it is sent, after which all of it will be, however this ends; else it was not sent.</param>
    internal bool Send(PipeMessageKind kind, ReadOnlySpan<byte> payload, WaitLimit limit, ref bool isBegun)
    {
        RequireSend();
        var start = Stopwatch.GetTimestamp();
        if (!_sending.Take(limit, start))
        {
            return false;
        }

        try
        {
            if (!SendUnsent(limit, start))
            {
                return false;
            }

            BinaryPrimitives.WriteInt32LittleEndian(_head, payload.Length);
            _head[4] = (byte)kind;
            var copied = payload.Length <= SmallMessage ? payload.Length : 0;
            payload[..copied].CopyTo(_head.AsSpan(HeaderSize));
            return SendAll(_head.AsSpan(0, HeaderSize + copied), payload[copied..], limit, start, ref isBegun);
        }
        finally
        {
            _sending.Pass();
        }
    }

    /// <summary>Refuses where this end only receives.</summary>
    /// <exception cref="PipeDirectionException">It does.</exception>
    internal void RequireSend()
    {
        if ((_ways & PipeWays.Send) == 0)
        {
            throw new PipeDirectionException("This is the receiving end of a one-way pipe: the other end sends.");
        }
    }

    /// <summary>Sends a message, or the rest of an earlier one, which was begun; whether in time.</summary>
    private bool SendAll(ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, WaitLimit limit, long start, ref bool isBegun)
    {
        while (head.Length + rest.Length > 0)
        {
            int sent;
            var slice = Slice(limit, start);
            try
            {
                sent = _socket.Send(head, rest, waits: limit.Timeout is null);
                if (sent == 0 && limit.Timeout is not null)
                {
                    _socket.WaitForRoom(slice);
                }
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                throw Ended();
            }

            if (sent > 0 && !isBegun)
            {
                isBegun = true;
                limit = limit with { Timeout = null };
            }

            var ofHead = Math.Min(sent, head.Length);
            head = head[ofHead..];
            rest = rest[(sent - ofHead)..];
            var isStopping = sent == 0 && limit.IsStopping;
            if (!isStopping && (sent > 0 || slice > 0))
            {
                if (sent == 0)
                {
                    WaitLong(forRoom: true, limit, start);
                }

                continue;
            }

            if (isBegun)
            {
                FinishLater([.. head, .. rest]);
            }

            return isStopping ? throw HubEnvironment.StopError() : false;
        }

        return true;
    }

    private bool SendUnsent(WaitLimit limit, long start)
    {
        var rest = _unsent;
        _unsent = [];
        var isBegun = true;
        return SendAll([], rest, limit, start, ref isBegun);
    }

    /// <summary>A caller that stops in the middle of a message need not wait; but the message has to have an end.</summary>
    private void FinishLater(byte[] rest)
    {
        _unsent = rest;
        try
        {
            Background.Start("pipe", SendUnsent, _ => Dispose());
        }
        catch (IOException)
        {
            // Too many threads. The next message waits for it, and the close takes it along.
        }
    }

    private void SendUnsent()
    {
        var start = Stopwatch.GetTimestamp();
        _sending.Take(WaitLimit.None, start);
        try
        {
            SendUnsent(WaitLimit.None, start);
        }
        catch (PipeClosedException)
        {
            // Nobody is left to get it.
        }
        finally
        {
            _sending.Pass();
        }
    }

    private PipeClosedException Ended() => new(
        IsClosed ? "This end of the pipe is closed." : "The other end of the pipe is closed: its process closed it, or is gone.");

    /// <summary>
    /// After a slice in which nothing happened: sleeps until something does, the caller is stopped or its time is over, and is
    /// woken by nothing else. Where nothing tells of a stop it returns at once, and the caller looks again after the next slice.
    /// </summary>
    private void WaitLong(bool forRoom, WaitLimit limit, long start)
    {
        try
        {
            using var wake = _socket.MakeWakeSignal();
            if (wake is null)
            {
                return;
            }

            using var registration = limit.Canceled.CanBeCanceled ? limit.Canceled.UnsafeRegister(static wake => ((WakeSignal)wake!).Wake(), wake) : default;
            using var watch = HubEnvironment.WatchStop(wake.Wake);
            using var meanwhile = HubEnvironment.Meanwhile?.Watch(wake.Wake);
            while (watch is not null && !limit.IsStopping && limit.Left(start, int.MaxValue) is not 0 and var left
                && !_socket.WaitLong(forRoom, HubEnvironment.Meanwhile?.Run() == true ? 0 : left, wake))
            {
                // Woken by something that is no stop.
            }
        }
        catch (ObjectDisposedException)
        {
            throw Ended();
        }
    }

    /// <summary>Waits for a slice at the most.</summary>
    private bool WaitForData(int slice)
    {
        try
        {
            return _socket.WaitForData(slice);
        }
        catch (ObjectDisposedException)
        {
            throw Ended();
        }
    }

    /// <summary>How many milliseconds to wait now, before the next look: 0 where the time is over.</summary>
    private static int Slice(WaitLimit limit, long start) => limit.Left(start, SlicedSocket.SliceMilliseconds);
}
