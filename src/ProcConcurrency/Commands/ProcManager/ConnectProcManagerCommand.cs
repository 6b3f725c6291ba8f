using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Commands;

/// <summary>Connects to a manager that another session started.</summary>
[Cmdlet(VerbsCommunications.Connect, "ProcManager")]
[OutputType(typeof(ProcManager))]
public sealed class ConnectProcManagerCommand : ProcCmdlet
{
    /// <summary>Its address.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Address { get; set; } = string.Empty;

    /// <summary>Its key.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNull]
    [Takes<AuthKey>]
    public AuthKey AuthKey { get; set; } = null!;

    /// <summary>The thumbprint of the certificate there, SHA-256 or SHA-1; without one, it has to be one that this machine trusts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Thumbprint { get; set; }

    /// <summary>The longest to wait for an answer; 10 seconds where none is given.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    private protected override void End()
    {
        WriteObject(ManagerConnection.Open(Address, AuthKey.Key, Thumbprint, null, null, Timeout?.Value, Canceled));
    }
}
