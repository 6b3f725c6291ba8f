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

    /// <summary>Refuses an address that is none.</summary>
    internal static void Check(string address)
    {
        try
        {
            HubAddress.Parse(address);
        }
        catch (FormatException error)
        {
            throw Errors.ManagerAddress(address, error);
        }
    }

    internal static ProcManager Open(string address, AuthKey key, string? text, ManagerServer? server)
    {
        // What is stored there needs the codec.
        _ = Values.SessionValues.Context;
        try
        {
            return new ProcManager(ConnectedHubPort.Connect(address, key.Hash, CurrentProcess.Instance.Name, s_patience), text, server);
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
