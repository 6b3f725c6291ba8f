using System.Management.Automation;
using System.Net.Sockets;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>Connects to a listener: Python's <c>Client()</c>.</summary>
[Cmdlet(VerbsCommunications.Connect, "ProcPipe")]
[OutputType(typeof(ProcPipe))]
public sealed class ConnectProcPipeCommand : ProcCmdlet
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Where it listens.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Address { get; set; } = string.Empty;

    /// <summary>The key that both prove to know; the session's where none is given.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [Takes<AuthKey>]
    public AuthKey? AuthKey { get; set; }

    /// <summary>The longest to wait for an answer; 10 seconds where none is given.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    /// <summary>The thumbprint of the certificate there, SHA-256 or SHA-1; without one, it has to be one that this machine trusts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Thumbprint { get; set; }

    private protected override void End()
    {
        try
        {
            var key = AuthKey?.Key ?? HandshakeKey.Random(Session.Current.Key);
            WriteObject(ProcListener.Connect(SessionValues.Hub, Address, key, Thumbprint, Timeout?.Value ?? s_patience, Canceled));
        }
        catch (FormatException error)
        {
            throw Errors.ManagerAddress(Address, error);
        }
        catch (CertificateException error)
        {
            throw Errors.CertificateRefused(Address, error);
        }
        catch (AuthenticationException error)
        {
            throw Errors.AuthenticationFailed(Address, error);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw Errors.ListenerNotReached(Address, error);
        }
    }
}
