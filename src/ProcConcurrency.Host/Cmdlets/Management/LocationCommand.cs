using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>A cmdlet that changes where the session is.</summary>
public abstract class LocationCommand : ProviderCommand
{
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public virtual string? StackName { get; set; }

    protected override bool IsReported(Exception failure) => base.IsReported(failure) || failure is PSArgumentException;

    protected void Report(object location)
    {
        if (PassThru)
        {
            WriteObject(location);
        }
    }
}
