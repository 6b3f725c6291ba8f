using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Stop-Process: kills processes.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Process", DefaultParameterSetName = "Id", SupportsShouldProcess = true)]
[OutputType(typeof(Process))]
public sealed class StopProcessCommand : ProcessCommand
{
    [Parameter(ParameterSetName = "Name", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get; set; }

    [Parameter(Position = 0, ParameterSetName = "Id", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public int[] Id { get; set; } = [];

    [Parameter(Position = 0, ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)]
    public Process[] InputObject { get; set; } = [];

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>No questions about other users' processes; they are the system's to refuse here.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var process in ParameterSetName switch
        {
            "Id" => ById(Id),
            "InputObject" => InputObject,
            _ => ByName(Name ?? ["*"]),
        })
        {
            var name = $"{NameOf(process)} ({process.Id})";
            if (ShouldProcess(name) && Stop(process, name) && PassThru)
            {
                WriteObject(process);
            }
        }
    }

    private bool Stop(Process process, string name)
    {
        try
        {
            process.Kill();
            return true;
        }
        catch (Win32Exception failure)
        {
            Report(
                $"Cannot stop process \"{name}\" because of the following error: {failure.Message}",
                "CouldNotStopProcess",
                ErrorCategory.CloseError,
                process);
            return false;
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
            return true;
        }
    }
}
