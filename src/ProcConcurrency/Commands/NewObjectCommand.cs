using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that makes a shared object, or opens the one with a name.</summary>
public abstract class NewObjectCommand : ProcCmdlet
{
    /// <summary>The name that others open it by.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    public string? Name { get; set; }

    /// <summary>The manager that is to own it, instead of the session.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<ProcManager>]
    public ProcManager? Manager { get; set; }

    private protected HubPort Port => Manager?.Port ?? SessionValues.Hub;

    private protected sealed override void End() => WriteObject(Create(), enumerateCollection: false);

    private protected abstract ProcObject Create();
}
