using System.Net.Sockets;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Values;

// Sockets: taken out of the hub, once.
internal ref partial struct ValueReader
{
    private object ReadSocket()
    {
        var form = (SocketForm)ReadByte();
        long session = ReadFixed64();
        long id = ReadZigzag();
        if (_context.Hub is not { } hub || session != _context.SessionTag)
        {
            Fail("a socket of another session can't be used here.");
            return null!;
        }

        var socket = ProcSocket.Of(hub(), id).Take();
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
