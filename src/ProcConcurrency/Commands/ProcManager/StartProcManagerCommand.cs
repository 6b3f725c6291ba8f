using System.Management.Automation;
using System.Security.Cryptography;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Commands;

/// <summary>Starts a hub in a server process of its own, to which unrelated sessions connect.</summary>
[Cmdlet(VerbsLifecycle.Start, "ProcManager", SupportsShouldProcess = true)]
[OutputType(typeof(ProcManager))]
public sealed class StartProcManagerCommand : ProcCmdlet
{
    /// <summary>Where it listens: unix:/path, or tcp:127.0.0.1:port. A socket that only this user can reach, where none is given.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>What others have to know; made at random where none is given.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [AuthKeyBytes]
    public AuthKey? AuthKey { get; set; }

    /// <summary>The PowerShell program that runs the server.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EnginePath { get; set; }

    private protected override void End()
    {
        if (Address is not null)
        {
            ManagerConnection.Check(Address);
        }

        if (!ShouldProcess(Address ?? "manager", "Start"))
        {
            return;
        }

        var text = AuthKey is null ? Convert.ToHexString(RandomNumberGenerator.GetBytes(32)) : null;
        var key = AuthKey ?? new AuthKey(text!);
        var launch = EngineChoice.Settings(this, EnginePath, null, null);
        try
        {
            var (server, address) = ManagerServer.Start(launch, Address, key.Hash, Canceled);
            WriteObject(ManagerConnection.Open(address, key, text, server));
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or PlatformNotSupportedException)
        {
            throw Errors.ManagerStartFailed(error, Address);
        }
    }
}
