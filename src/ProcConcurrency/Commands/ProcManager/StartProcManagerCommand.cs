using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Commands;

/// <summary>Starts a hub in a server process of its own, to which unrelated sessions connect.</summary>
[Cmdlet(VerbsLifecycle.Start, "ProcManager", SupportsShouldProcess = true)]
[OutputType(typeof(ProcManager))]
public sealed class StartProcManagerCommand : ProcCmdlet
{
    /// <summary>Where it listens: unix:/path, or tcp:address:port. A socket that only this user can reach, where none is given.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>What others have to know; made at random where none is given.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [Takes<AuthKey>]
    public AuthKey? AuthKey { get; set; }

    /// <summary>The PowerShell program that runs the server.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnginePathCompleter))]
    [ValidateNotNullOrEmpty]
    public string? EnginePath { get; set; }

    /// <summary>The certificate, with its private key, that encrypts connections; needed for an address that others can reach.</summary>
    [Parameter]
    [ValidateNotNull]
    public X509Certificate2? Certificate { get; set; }

    private protected override void End()
    {
        if (Address is not null)
        {
            ManagerConnection.CheckListener(Address, Certificate is not null);
        }

        if (!ShouldProcess(Address ?? "manager", "Start"))
        {
            return;
        }

        var text = AuthKey is null ? Convert.ToHexString(RandomNumberGenerator.GetBytes(32)) : null;
        var key = (AuthKey ?? new AuthKey(text!)).Key;
        var launch = EngineChoice.Settings(this, EnginePath, null, null);
        try
        {
            var (server, address) = ManagerServer.Start(launch, Address, key.ForListener(), ExportCertificate(), Canceled);
            WriteObject(ManagerConnection.Open(HubAddress.ForSelf(address), key, null, text, server));
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or PlatformNotSupportedException)
        {
            throw Errors.ManagerStartFailed(error, Address);
        }
    }

    /// <summary>The certificate and its key, for the server's process.</summary>
    private byte[]? ExportCertificate()
    {
        try
        {
            return Certificate is null ? null : Certificate.HasPrivateKey ? Certificate.Export(X509ContentType.Pkcs12) : throw Errors.CertificateWithoutKey(Certificate);
        }
        catch (CryptographicException error)
        {
            throw Errors.CertificateWithoutKey(Certificate!, error);
        }
    }
}
