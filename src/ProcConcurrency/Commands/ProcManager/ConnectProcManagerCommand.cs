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
    [AuthKeyBytes]
    public AuthKey AuthKey { get; set; } = null!;

    private protected override void End()
    {
        ManagerConnection.Check(Address);
        WriteObject(ManagerConnection.Open(Address, AuthKey, null, null, Canceled));
    }
}
