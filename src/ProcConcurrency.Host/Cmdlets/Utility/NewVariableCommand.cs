using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>New-Variable.</summary>
[Cmdlet(VerbsCommon.New, "Variable", SupportsShouldProcess = true)]
public sealed class NewVariableCommand : VariableCommandBase
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; }

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public ScopedItemOptions Option { get; set; }

    [Parameter]
    public SessionStateEntryVisibility Visibility { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"Name: {Name} Value: {Value}", "New variable"))
        {
            return;
        }

        var variable = new PSVariable(Name, Value, Option) { Visibility = Visibility };
        if (Description is not null)
        {
            variable.Description = Description;
        }

        Attempt(Name, () =>
        {
            _ = Scope is null
                ? EngineAccess.NewVariable(Session, variable, Force)
                : EngineAccess.NewVariableAt(Session, variable, Scope, Force);
            if (PassThru)
            {
                WriteObject(variable);
            }
        });
    }
}
