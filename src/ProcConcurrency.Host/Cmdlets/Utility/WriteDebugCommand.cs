using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Write-Debug: a debug message of the calling script.</summary>
[Cmdlet(VerbsCommunications.Write, "Debug")]
public sealed class WriteDebugCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    [Alias("Msg")]
    public string Message { get; set; } = "";

    protected override void ProcessRecord()
    {
        if (EngineAccess.RuntimeOf(this) is not { } runtime)
        {
            WriteDebug(Message);
            return;
        }

        var record = new DebugRecord(Message);
        if (GetVariableValue("MyInvocation") is InvocationInfo caller)
        {
            EngineAccess.SetInvocation(record, caller);
        }

        EngineAccess.WriteDebug(runtime, record, overrideInquire: false);
    }
}
