using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Measure-Command: how long a script block takes.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Command")]
public sealed class MeasureCommandCommand : PSCmdlet
{
    private TimeSpan _elapsed;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; } = AutomationNull.Value;

    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock Expression { get; set; } = null!;

    protected override void ProcessRecord()
    {
        if (InputObject != AutomationNull.Value)
        {
            SessionState.PSVariable.Set("_", InputObject);
        }

        // In the caller's own scope: what the block assigns stays.
        var started = Stopwatch.GetTimestamp();
        InvokeCommand.InvokeScript(useLocalScope: false, Expression, Array.Empty<object>());
        _elapsed += Stopwatch.GetElapsedTime(started);
    }

    protected override void EndProcessing() => WriteObject(_elapsed);
}
