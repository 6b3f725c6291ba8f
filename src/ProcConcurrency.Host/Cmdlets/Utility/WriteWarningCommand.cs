using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Write-Warning: a warning message of the calling script.</summary>
[Cmdlet(VerbsCommunications.Write, "Warning")]
public sealed class WriteWarningCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    [Alias("Msg")]
    public string Message { get; set; } = "";

    protected override void ProcessRecord()
    {
        if (EngineAccess.RuntimeOf(this) is not { } runtime)
        {
            WriteWarning(Message);
            return;
        }

        var record = new WarningRecord(Message);
        if (GetVariableValue("MyInvocation") is InvocationInfo caller)
        {
            EngineAccess.SetInvocation(record, caller);
        }

        EngineAccess.WriteWarning(runtime, record, overrideInquire: false);
    }
}
