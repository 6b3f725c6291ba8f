using System.Net;
using System.Net.Sockets;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>Connects a session to a manager; what goes wrong becomes an error of the caller's.</summary>
internal static class ManagerConnection
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Refuses an address that is none, or is on a network: what is proved by a key is not hidden by one.</summary>
    internal static void Check(string address)
    {
        try
        {
            if (HubAddress.Parse(address) is IPEndPoint ip && !IPAddress.IsLoopback(ip.Address))
            {
                throw new FormatException($"A manager listens on this machine alone: '{address}' is no address of the loopback. Use tcp:127.0.0.1:0, or a socket's path.");
            }
        }
        catch (FormatException error)
        {
            throw Errors.ManagerAddress(address, error);
        }
    }

    internal static ProcManager Open(string address, AuthKey key, string? text, ManagerServer? server, CancellationToken canceled = default)
    {
        // What is stored there needs the codec.
        _ = Values.SessionValues.Context;
        try
        {
            var port = ConnectedHubPort.Connect(address, key.Hash, CurrentProcess.Instance.Name, s_patience, canceled);
            return new ProcManager(port, text, server);
        }
        catch (AuthenticationException error)
        {
            throw Errors.AuthenticationFailed(address, error);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw Errors.ManagerNotReached(address, error);
        }
    }
}
