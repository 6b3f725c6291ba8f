using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Write-Error: a non-terminating error of the calling script.</summary>
[Cmdlet(VerbsCommunications.Write, "Error", DefaultParameterSetName = "NoException")]
public sealed class WriteErrorCommand : PSCmdlet
{
    [Parameter(Position = 0, ParameterSetName = "WithException", Mandatory = true)]
    public Exception? Exception { get; set; }

    [Parameter(Position = 0, ParameterSetName = "NoException", Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = "WithException")]
    [AllowNull]
    [AllowEmptyString]
    [Alias("Msg")]
    public string? Message { get; set; }

    [Parameter(Position = 0, ParameterSetName = "ErrorRecord", Mandatory = true)]
    public ErrorRecord? ErrorRecord { get; set; }

    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "WithException")]
    public ErrorCategory Category { get; set; } = ErrorCategory.NotSpecified;

    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "WithException")]
    public string ErrorId { get; set; } = "";

    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "WithException")]
    public object? TargetObject { get; set; }

    [Parameter]
    public string RecommendedAction { get; set; } = "";

    [Parameter]
    [Alias("Activity")]
    public string CategoryActivity { get; set; } = "";

    [Parameter]
    [Alias("Reason")]
    public string CategoryReason { get; set; } = "";

    [Parameter]
    [Alias("TargetName")]
    public string CategoryTargetName { get; set; } = "";

    [Parameter]
    [Alias("TargetType")]
    public string CategoryTargetType { get; set; } = "";

    protected override void ProcessRecord()
    {
        var record = ErrorRecord is { } given ? new ErrorRecord(given, null) : Create();
        if (RecommendedAction.Length > 0)
        {
            record.ErrorDetails ??= new ErrorDetails(record.ToString());
            record.ErrorDetails.RecommendedAction = RecommendedAction;
        }

        Categorize(record.CategoryInfo);
        // The error belongs to the script that reports it, not to this cmdlet.
        if (GetVariableValue("MyInvocation") is InvocationInfo caller)
        {
            EngineAccess.SetInvocation(record, caller);
            EngineAccess.PreserveInvocationOnce(record, true);
            record.CategoryInfo.Activity = CategoryActivity.Length > 0 ? CategoryActivity : "Write-Error";
        }

        WriteError(record);
    }

    private ErrorRecord Create()
    {
        var cause = Exception ?? new WriteErrorException(Message);
        var record = new ErrorRecord(
            cause, string.IsNullOrEmpty(ErrorId) ? cause.GetType().FullName : ErrorId, Category, TargetObject);
        if (Exception is not null && !string.IsNullOrEmpty(Message))
        {
            record.ErrorDetails = new ErrorDetails(Message);
        }

        return record;
    }

    private void Categorize(ErrorCategoryInfo info)
    {
        if (CategoryActivity.Length > 0)
        {
            info.Activity = CategoryActivity;
        }

        if (CategoryReason.Length > 0)
        {
            info.Reason = CategoryReason;
        }

        if (CategoryTargetName.Length > 0)
        {
            info.TargetName = CategoryTargetName;
        }

        if (CategoryTargetType.Length > 0)
        {
            info.TargetType = CategoryTargetType;
        }
    }
}
