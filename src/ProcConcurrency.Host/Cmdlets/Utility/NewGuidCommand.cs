using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>New-Guid.</summary>
[Cmdlet(VerbsCommon.New, "Guid", DefaultParameterSetName = "Default")]
[OutputType(typeof(Guid))]
public sealed class NewGuidCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "Empty")]
    public SwitchParameter Empty { get; set; }

    [Parameter(ParameterSetName = "InputObject", Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string? InputObject { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            WriteObject(Empty ? Guid.Empty : Guid.NewGuid());
            return;
        }

        try
        {
            WriteObject(new Guid(InputObject));
        }
        catch (FormatException failure)
        {
            WriteError(new ErrorRecord(failure, "StringNotRecognizedAsGuid", ErrorCategory.InvalidArgument, null));
        }
    }
}
