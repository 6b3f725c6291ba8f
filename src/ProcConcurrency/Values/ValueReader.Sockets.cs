using System.Net.Sockets;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Values;

// Sockets: taken out of the hub, once.
internal ref partial struct ValueReader
{
    private object? ReadSocket()
    {
        var form = (SocketForm)ReadByte();
        long session = ReadFixed64();
        long id = ReadZigzag();
        return _context.Hub is { } hub && session == _context.SessionTag
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
