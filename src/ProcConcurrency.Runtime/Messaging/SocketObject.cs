using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// The hub's side of a socket on its way: keeps it until one process takes it. The hub's copy is closed at once then, so that
/// the end of the connection is not held back by it; what is left tells a second one who was first.
/// </summary>
internal sealed class SocketObject : HubObject
{
    private ParkedSocket? _socket;
    private string _taker = string.Empty;

    internal SocketObject(Hub.Hub hub, HubObjectIdentity identity, ParkedSocket socket)
        : base(hub, identity) => _socket = socket;

    internal override string Owner => _taker;

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        if (operation != HubOperation.Take)
        {
            throw Unknown(operation);
        }

        call.RefuseWhereNoSocketGoes();
        var socket = _socket ?? throw new HubFaultException(
            HubFault.InUse, $"The socket is no longer here: {_taker} has taken it. One that was sent arrives once; send it to each that is to have it.");
        _socket = null;
        _taker = $"the process {call.Client}";
        Hub.Reply(call).Socket(socket, call.Client.ProcessId);
        Hub.Answer(call);
    }

    internal override void OnRemoved() => _socket?.Dispose();
}
