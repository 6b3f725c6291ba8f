using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Makes a lock: Python's <c>Lock()</c> and <c>RLock()</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcLock")]
[OutputType(typeof(ProcLock))]
public sealed class NewProcLockCommand : NewObjectCommand
{
    /// <summary>Its holder may enter it again.</summary>
    [Parameter]
    public SwitchParameter Recursive { get; set; }

    private protected override ProcObject Create() => ProcLock.Create(Port, Recursive, Name);
}
