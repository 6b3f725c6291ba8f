using System.Net.Sockets;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>Connects a session to a manager; what goes wrong becomes an error of the caller's.</summary>
internal static class ManagerConnection
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Refuses an address that is none, or where others could read what is sent.</summary>
    internal static void CheckListener(string address, bool isEncrypted)
    {
        try
        {
            HubAddress.CheckListener(address, isEncrypted);
        }
        catch (FormatException error)
        {
            throw Errors.ManagerAddress(address, error);
        }
        catch (InsecureAddressException error)
        {
            throw Errors.InsecureAddress(address, error);
        }
        catch (SocketException error)
        {
            throw Errors.ManagerStartFailed(error, address);
        }
    }

    internal static ProcManager Open(
        string address, HandshakeKey key, string? thumbprint, string? text, ManagerServer? server, TimeSpan? timeout = null, CancellationToken canceled = default)
    {
        // What is stored there needs the codec.
        _ = Values.SessionValues.Context;
        try
        {
            var port = ConnectedHubPort.Connect(address, key, thumbprint, CurrentProcess.Instance.Name, timeout ?? s_patience, canceled);
            return new ProcManager(port, text, server);
        }
        catch (FormatException error)
        {
            throw Errors.ManagerAddress(address, error);
        }
        catch (CertificateException error)
        {
            throw Errors.CertificateRefused(address, error);
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
