using System.Diagnostics;
using System.Net.Sockets;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// An end of a pipe: Python's <c>Connection</c>. It belongs to the process that first uses it; from then on the two ends talk to
/// each other without the hub. When an end is closed, or its process is gone, the other receives what is on its way and is
/// told then.
/// </summary>
/// <remarks>Thread-safe: whole messages only, each to one receiver.</remarks>
public sealed class ProcPipe : ProcObject, IDisposable
{
    private readonly PipeEnd _end;

    internal ProcPipe(ProcObjectOrigin origin)
        : base(origin) => _end = PipeEnd.Of(origin.Port, origin.Id);

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Pipe;

    /// <summary>Whether it can send.</summary>
    public bool CanSend => (Ask().Ways & PipeWays.Send) != 0;

    /// <summary>Whether it can receive.</summary>
    public bool CanReceive => (Ask().Ways & PipeWays.Receive) != 0;

    /// <summary>Whether this end is closed, or belonged to a process that is gone.</summary>
    public bool IsClosed => _end.IsClosed || Ask().IsClosed;

    /// <summary>The process that it belongs to; null where none has used it yet.</summary>
    public int? ProcessId => Ask().User is var user and not 0 ? user : null;

    /// <summary>Makes a pipe.</summary>
    /// <param name="port">The session's hub.</param>
    /// <param name="oneWay">The first end receives, the second sends.</param>
    public static (ProcPipe First, ProcPipe Second) Create(HubPort port, bool oneWay = false)
    {
        var first = Create(port, PipeOrigin.Pair, request => request.Byte((byte)(oneWay ? PipeWays.Receive : PipeWays.Both)));
        return (first, Create(port, PipeOrigin.Other, request => request.Int64(first.Id)));
    }

    /// <summary>Sends an object; waits while the other end doesn't receive.</summary>
    /// <exception cref="PipeClosedException">An end is closed.</exception>
    public void Send(object? item) => TrySend(item, null, CancellationToken.None);

    /// <summary>Sends an object if there is room for its first byte in time.</summary>
    /// <param name="item">The object.</param>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    /// <returns>Whether it was sent; if not, nothing of it was.</returns>
    /// <exception cref="PipeClosedException">An end is closed.</exception>
    public bool TrySend(object? item, double seconds) => TrySend(item, WaitLimit.Time(seconds), CancellationToken.None);

    /// <summary>Sends an object if there is room for its first byte in time.</summary>
    /// <param name="item">The object.</param>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait, in the middle of the message too, which is then finished later.</param>
    /// <returns>Whether it was sent; if not, nothing of it was.</returns>
    public bool TrySend(object? item, TimeSpan? timeout, CancellationToken canceled)
    {
        var value = HubEnvironment.Codec.EncodeMessage(item);
        var limit = new WaitLimit(timeout, canceled);
        if (value.Held is ProcObject[] handles)
        {
            return SendMentioning(value, handles, limit);
        }

        return Connect(ref limit)?.Send(value, limit) == true;
    }

    /// <summary>Sends bytes as they are.</summary>
    public void SendBytes(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        SendBytes(bytes, 0, bytes.Length);
    }

    /// <summary>Sends some bytes of an array as they are.</summary>
    public void SendBytes(byte[] bytes, int offset, int count) => TrySendBytes(bytes, offset, count, null, CancellationToken.None);

    /// <summary>Sends some bytes of an array as they are, if there is room for the first in time.</summary>
    /// <param name="bytes">The array.</param>
    /// <param name="offset">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait, in the middle of the message too, which is then finished later.</param>
    /// <returns>Whether they were sent; if not, none was.</returns>
    /// <exception cref="ArgumentException">They are not all within the array.</exception>
    public bool TrySendBytes(byte[] bytes, int offset, int count, TimeSpan? timeout, CancellationToken canceled)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (offset < 0 || offset > bytes.Length || count < 0 || count > bytes.Length - offset)
        {
            throw new ArgumentException($"The array has {bytes.Length} bytes: {count} from {offset} on are not within it.");
        }

        var limit = new WaitLimit(timeout, canceled);
        return Connect(ref limit)?.Send(PipeMessageKind.Bytes, bytes.AsSpan(offset, count), limit) == true;
    }

    /// <summary>Receives the next message: an object, or an array of bytes; waits for it.</summary>
    /// <exception cref="PipeClosedException">An end is closed, and what had come was received.</exception>
    public object? Receive() => Receive(null, false, null, CancellationToken.None)!.Open();

    /// <summary>Receives the next message if there is one in time.</summary>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    /// <param name="item">The message, or null.</param>
    public bool TryReceive(double seconds, out object? item)
    {
        var message = Receive(null, false, WaitLimit.Time(seconds), CancellationToken.None);
        item = message?.Open();
        return message is not null;
    }

    /// <summary>Receives the next message, which is bytes.</summary>
    /// <exception cref="PipeDirectionException">It is an object, and stays where it is.</exception>
    public byte[] ReceiveBytes() => ReceiveBytes(int.MaxValue);

    /// <summary>Receives the next message, which is bytes.</summary>
    /// <param name="maxLength">The most bytes to take.</param>
    /// <exception cref="MessageTooLargeException">It has more; nothing more can be received.</exception>
    public byte[] ReceiveBytes(int maxLength) => Receive(maxLength, true, null, CancellationToken.None)!.Payload;

    /// <summary>Receives the next message.</summary>
    /// <param name="maxLength">The most bytes to take; null for any number.</param>
    /// <param name="bytesOnly">An object stays where it is, with an exception.</param>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <returns>The message; null where none came in time.</returns>
    public PipeMessage? Receive(int? maxLength, bool bytesOnly, TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        var message = Connect(ref limit)?.Receive(maxLength ?? int.MaxValue, bytesOnly, limit);
        if (message?.Hold(Port.References) is { Length: > 0 } ids)
        {
            Unmention(ids, wasSent: true);
        }

        return message;
    }

    /// <summary>Receives the next message, which is bytes, into an array.</summary>
    /// <returns>How many they are.</returns>
    public int ReceiveInto(byte[] buffer) => ReceiveInto(buffer, 0);

    /// <summary>Receives the next message, which is bytes, into an array from an offset on.</summary>
    /// <returns>How many they are.</returns>
    /// <exception cref="BufferTooShortException">They don't fit; the exception has them.</exception>
    public int ReceiveInto(byte[] buffer, int offset) => _end.Connect(WaitLimit.None, Place)!.ReceiveInto(buffer.AsSpan(offset), WaitLimit.None);

    /// <summary>Whether there is something to receive now, the end of the pipe included.</summary>
    public bool Poll() => Poll(TimeSpan.Zero, CancellationToken.None);

    /// <summary>Waits until there is something to receive, the end of the pipe included.</summary>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    /// <returns>Whether there was, in time.</returns>
    public bool Poll(double seconds) => Poll(WaitLimit.Time(seconds), CancellationToken.None);

    /// <summary>Waits until there is something to receive, the end of the pipe included.</summary>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <returns>Whether there was, in time.</returns>
    public bool Poll(TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        return Connect(ref limit)?.Poll(limit) == true;
    }

    /// <summary>
    /// Closes this process's copy of the end; another process that was given one can still use it, or does already. The end is
    /// closed when the process closes it that uses it, or when all have closed their copies. A second call does nothing.
    /// </summary>
    public void Close()
    {
        if (_end.Close())
        {
            try
            {
                Call(Request(HubOperation.Leave).Int32(SentCount));
            }
            catch (ObjectGoneException)
            {
                // It is gone, which is as well.
            }
        }
    }

    /// <summary>Where the process had not begun to use this end, and nobody else was given it, it is closed, which tells the other end.</summary>
    internal override void OnReceiverGone() => Post(Request(HubOperation.CloseUnused));

    /// <summary>As <see cref="Close"/>.</summary>
    void IDisposable.Dispose() => Close();

    /// <summary>Makes an end of a connection that there is.</summary>
    internal static ProcPipe Adopt(HubPort port, ParkedSocket socket) =>
        Create(port, PipeOrigin.Adopted, request => request.Socket(socket, port.HubProcessId));

    /// <summary>The connection, and what is left of the time; null where the hub did not give it in time.</summary>
    private PipeConnection? Connect(ref WaitLimit limit)
    {
        var start = Stopwatch.GetTimestamp();
        var connection = _end.Connect(limit, Place);
        limit = limit.Since(start);
        return connection;
    }

    private static ProcPipe Create(HubPort port, PipeOrigin origin, Action<PayloadWriter> settings)
    {
        ArgumentNullException.ThrowIfNull(port);
        var request = ProcObjectOrigin.Request(port, HubObjectKind.Pipe, null).Int64(port.ClientId).Byte((byte)origin);
        settings(request);
        return new ProcPipe(ProcObjectOrigin.Create(port, request, null));
    }

    /// <summary>Sends an object that mentions others: first the hub is told to hold them for the receiver.</summary>
    private bool SendMentioning(StoredValue value, ProcObject[] handles, WaitLimit limit)
    {
        if (Connect(ref limit) is not { } connection)
        {
            return false;
        }

        connection.RequireSend();
        var ids = handles.Where(handle => handle.Port == Port).Select(static handle => handle.Id).Distinct().ToArray();
        var isHeld = false;
        if (ids.Length > 0)
        {
            var start = Stopwatch.GetTimestamp();
            var reply = Call(Request(HubOperation.Mention).Ids(ids), limit, new LateAnswer(static answer => answer.Flag(false), late => Unmention(late, ids)));
            isHeld = reply.Read().Flag();
            if (reply.IsStopped || reply.IsOutcome)
            {
                Unmention(reply, ids);
                return reply.IsStopped ? throw HubEnvironment.StopError() : false;
            }

            limit = limit.Since(start);
        }

        if (!isHeld)
        {
            // The other end may be another session's, or nobody's yet.
            connection.Keep(handles);
        }

        foreach (var foreign in handles.Where(handle => handle.Port != Port))
        {
            Port.KeepForeign(foreign);
        }

        GC.KeepAlive(handles);
        if (!isHeld)
        {
            return connection.Send(value, limit);
        }

        var isOnItsWay = false;
        try
        {
            return connection.Send(PipeMessageKind.Mentioning, PipeMessage.Mention(ids, value.Bytes.Span), limit, ref isOnItsWay);
        }
        catch (PipeClosedException)
        {
            // Whatever was sent of it, nobody gets the rest.
            isOnItsWay = false;
            throw;
        }
        finally
        {
            if (!isOnItsWay)
            {
                Unmention(ids, wasSent: false);
            }
        }
    }

    private void Unmention(HubReply mentioned, long[] ids)
    {
        if (mentioned.Read().Flag())
        {
            Unmention(ids, wasSent: false);
        }
    }

    private void Unmention(long[] ids, bool wasSent) => Port.Post(Request(HubOperation.Unmention).Flag(!wasSent).Ids(ids));

    private PipeConnection? Place(WaitLimit limit)
    {
        var reply = Call(Request(HubOperation.Place), limit, new LateAnswer(static answer => answer.Byte((byte)PipeWays.None), late => Keep(late)));
        return reply.IsOutcome ? null : Keep(reply);
    }

    private PipeConnection Keep(HubReply placed)
    {
        var answer = placed.Read();
        var ways = (PipeWays)answer.Byte();
        return _end.Keep(new PipeConnection(SlicedSocket.Of(answer.Socket()), ways));
    }

    private (PipeWays Ways, bool IsClosed, int User) Ask()
    {
        var state = State().Read();
        return ((PipeWays)state.Byte(), state.Flag(), state.Int32());
    }
}
