using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Clear-Variable: sets variables to null.</summary>
[Cmdlet(VerbsCommon.Clear, "Variable", SupportsShouldProcess = true)]
public sealed class ClearVariableCommand : VariableCommandBase
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter]
    public string[]? Include { get; set; }

    [Parameter]
    public string[]? Exclude { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var found in Name.SelectMany(name => Find(name, Include, Exclude)))
        {
            if (ShouldProcess($"Name: {found.Name}", "Clear variable"))
            {
                Attempt(found.Name, () => Clear(found));
            }
        }
    }

    private void Clear(PSVariable found)
    {
        var variable = found;
        if (Scope is null && EngineAccess.VariableAt(Session, found.Name, "local") is null)
        {
            // A variable of an outer scope is hidden by an empty local one, not touched.
            variable = new PSVariable(found.Name, null, found.Options, found.Attributes);
            EngineAccess.NewVariable(Session, variable, Force);
        }
        else
        {
            variable.Value = null;
        }

        if (PassThru)
        {
            WriteObject(variable);
        }
    }
}
