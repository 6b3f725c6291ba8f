using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Invoke-Expression: runs text as a script in the current scope.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Expression")]
public sealed class InvokeExpressionCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    // Streaming: what the text writes goes out as it comes.
    protected override void ProcessRecord() =>
        InvokeCommand.InvokeScript(Command, useNewScope: false, PipelineResultTypes.Output | PipelineResultTypes.Error, Array.Empty<object>());
}
