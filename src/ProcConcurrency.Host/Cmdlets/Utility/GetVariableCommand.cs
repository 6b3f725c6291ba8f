using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Variable.</summary>
[Cmdlet(VerbsCommon.Get, "Variable")]
[OutputType(typeof(PSVariable))]
public sealed class GetVariableCommand : VariableCommandBase
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public SwitchParameter ValueOnly { get; set; }

    [Parameter]
    public string[]? Include { get; set; }

    [Parameter]
    public string[]? Exclude { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var variable in Name.SelectMany(name => Find(name, Include, Exclude)))
        {
            WriteObject(ValueOnly ? variable.Value : variable);
        }
    }
}
