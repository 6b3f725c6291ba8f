using System.Net.Sockets;

namespace ProcConcurrency.Units.Channels;

/// <summary>A socket's stream that says before each write which one it is: so a handshake can be held between two of its messages.</summary>
internal sealed class StepStream(Socket socket, Action<int> beforeWrite) : NetworkStream(socket)
{
    private int _step;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        beforeWrite(++_step);
        base.Write(buffer);
    }
}
