using System.Management.Automation;
using ProcConcurrency.Commands.Binding;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that waits for a shared object.</summary>
public abstract class WaitingCommand : ProcCmdlet
{
    /// <summary>The longest to wait; for ever where none is given.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }
}
