using System.Management.Automation;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>Listens for processes that connect with Connect-ProcPipe: Python's <c>Listener()</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcListener")]
[OutputType(typeof(ProcListener))]
public sealed class NewProcListenerCommand : ProcCmdlet
{
    /// <summary>Where: unix:/path, or tcp:address:port. A socket that only this user can reach, where none is given.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>The key that both prove to know; the session's where none is given.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [Takes<AuthKey>]
    public AuthKey? AuthKey { get; set; }

    /// <summary>The certificate, with its private key, that encrypts connections; needed for an address that others can reach.</summary>
    [Parameter]
    [ValidateNotNull]
    public X509Certificate2? Certificate { get; set; }

    private protected override void End()
    {
        if (Certificate is { HasPrivateKey: false })
        {
            throw Errors.CertificateWithoutKey(Certificate);
        }

        var key = AuthKey?.Key ?? HandshakeKey.Random(Session.Current.Key);
        try
        {
            WriteObject(ProcListener.Start(SessionValues.Hub, new ListenerSettings(Address, key.ForListener(), Certificate)));
        }
        catch (FormatException error)
        {
            throw Errors.ManagerAddress(Address!, error);
        }
        catch (InsecureAddressException error)
        {
            throw Errors.InsecureAddress(Address!, error);
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            throw Errors.ListenerStartFailed(Address, error);
        }
    }
}
