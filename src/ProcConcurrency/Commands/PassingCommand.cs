using System.Management.Automation;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that writes nothing, unless it is asked to hand on what it was given.</summary>
public abstract class PassingCommand : ProcCmdlet
{
    /// <summary>Write what it was done with, for the next command of the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>It was done with this.</summary>
    private protected void Pass(object? target)
    {
        if (PassThru)
        {
            WriteObject(target, enumerateCollection: false);
        }
    }
}
