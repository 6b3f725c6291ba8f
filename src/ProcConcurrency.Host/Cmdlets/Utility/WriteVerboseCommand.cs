using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Write-Verbose: a verbose message of the calling script.</summary>
[Cmdlet(VerbsCommunications.Write, "Verbose")]
public sealed class WriteVerboseCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    [Alias("Msg")]
    public string Message { get; set; } = "";

    protected override void ProcessRecord()
    {
        if (EngineAccess.RuntimeOf(this) is not { } runtime)
        {
            WriteVerbose(Message);
            return;
        }

        var record = new VerboseRecord(Message);
        if (GetVariableValue("MyInvocation") is InvocationInfo caller)
        {
            EngineAccess.SetInvocation(record, caller);
        }

        EngineAccess.WriteVerbose(runtime, record, overrideInquire: false);
    }
}
