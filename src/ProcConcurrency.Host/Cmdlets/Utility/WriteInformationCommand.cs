using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Write-Information: an object for the information stream.</summary>
[Cmdlet(VerbsCommunications.Write, "Information")]
public sealed class WriteInformationCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Msg", "Message")]
    [AllowNull]
    public object? MessageData { get; set; }

    [Parameter(Position = 1)]
    public string[]? Tags { get; set; }

    protected override void BeginProcessing()
    {
        // The engine tells its own records by such tags.
        if (Tags?.FirstOrDefault(tag => tag.StartsWith("PS", StringComparison.OrdinalIgnoreCase)) is { } reserved)
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException($"Tags beginning with 'PS' are reserved: '{reserved}'."),
                "PSPrefixReservedInInformationTag", ErrorCategory.InvalidArgument, reserved));
        }
    }

    protected override void ProcessRecord() => WriteInformation(MessageData, Tags);
}
