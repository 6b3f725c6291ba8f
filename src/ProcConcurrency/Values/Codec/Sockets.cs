using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Values;

// Sockets: the hub keeps a copy until it is taken, once; what travels in the bytes is which.
internal sealed partial class ValueWriter
{
    // As long as the sender has its socket, the last copy that was sent lives too: its message may still wait to be sent.
    private static readonly ConditionalWeakTable<object, ProcSocket> s_sent = [];

    // What is sent on purpose, and not what some object or record has within it.
    private bool CanSendSocket => Strict && _bagDepth == 0;

    private void WriteSocket(Socket socket)
    {
        var parked = Park(socket, socket);
        s_sent.AddOrUpdate(socket, parked);
        WriteParked(parked, SocketForm.Socket | (socket.Blocking ? SocketForm.Blocking : 0));
    }

    /// <summary>
    /// A TcpClient is handed over: closing one ends the connection for every process that has a copy. So this process's lets go
    /// of the socket. Sent again before it was taken, for the first time did not succeed, it is the same copy.
    /// </summary>
    private void WriteTcpClient(TcpClient client)
    {
        var socket = client.Client;
        ProcSocket? parked;
        if (socket is { Connected: true })
        {
            parked = Park(client, socket);
            s_sent.AddOrUpdate(client, parked);
        }
        else if (!s_sent.TryGetValue(client, out parked))
        {
            throw Refuse(client, "which is not connected.");
        }

        WriteParked(parked, SocketForm.TcpClient | SocketForm.Blocking);

        // Not the client: that would shut the connection down, and not its own copy alone.
        socket?.Dispose();
    }

    private ProcSocket Park(object value, Socket socket)
    {
        if (_context.Elsewhere is { } machine)
        {
            throw Refuse(value, $"which is of this machine: to {machine} go bytes alone.");
        }

        if (_context.Hub is not { } hub)
        {
            throw Refuse(value, "which can only travel between the processes of a session on this machine.");
        }

        try
        {
            return ProcSocket.Park(hub(), socket);
        }
        catch (Exception error) when (error is IOException or PlatformNotSupportedException or ObjectDisposedException)
        {
            throw Refuse(value, $"which can't be sent: {error.Message}");
        }
    }

    private void WriteParked(ProcSocket parked, SocketForm form)
    {
        WriteTag(ValueTag.Socket);
        Take(1)[0] = (byte)form;
        BinaryPrimitives.WriteInt64LittleEndian(Take(8), _context.SessionTag);
        WriteZigzag(parked.Id);
        _handles.Add(parked);
    }
}

internal ref partial struct ValueReader
{
    private object? ReadSocket()
    {
        var form = (SocketForm)ReadByte();
        long session = ReadFixed64();
        long id = ReadZigzag();

        // A value that can't be read stays for another process, and so does a socket in it, which is there once.
        return _unreadable is not null ? null : _context.Hub is { } hub && session == _context.SessionTag
            ? Make(typeof(Socket), (Hub: hub, Id: id, Form: form), static it => TakeSocket(ProcSocket.Of(it.Hub(), it.Id), it.Form))
            : Unreadable(typeof(Socket), "it is of another session.");
    }

    private static object TakeSocket(ProcSocket parked, SocketForm form)
    {
        var socket = parked.Take();
        socket.Blocking = (form & SocketForm.Blocking) != 0;
        if ((form & SocketForm.TcpClient) == 0)
        {
            return socket;
        }

        // A new one comes with a socket, which nobody needs.
        var client = new TcpClient();
        client.Client.Dispose();
        client.Client = socket;
        return client;
    }
}

/// <summary>What a socket arrives as. The number is a byte on the wire.</summary>
[Flags]
internal enum SocketForm : byte
{
    Socket = 0,
    TcpClient = 1,

    /// <summary>Its calls wait until they are done.</summary>
    Blocking = 2,
}
