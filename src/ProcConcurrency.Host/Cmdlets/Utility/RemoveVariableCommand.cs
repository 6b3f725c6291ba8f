using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Remove-Variable.</summary>
[Cmdlet(VerbsCommon.Remove, "Variable", SupportsShouldProcess = true)]
public sealed class RemoveVariableCommand : VariableCommandBase
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter]
    public string[]? Include { get; set; }

    [Parameter]
    public string[]? Exclude { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        // Without a scope the real one looks in the local scope only.
        Scope ??= "local";
        foreach (var variable in Name.SelectMany(name => Find(name, Include, Exclude)).ToArray())
        {
            if (ShouldProcess($"Name: {variable.Name}", "Remove variable"))
            {
                Attempt(variable.Name, () => EngineAccess.RemoveVariableAt(Session, variable, Scope, Force));
            }
        }
    }
}
