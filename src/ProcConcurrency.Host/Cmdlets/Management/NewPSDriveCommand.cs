using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>New-PSDrive: another name for a place of a provider.</summary>
[Cmdlet(VerbsCommon.New, "PSDrive", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PSDriveInfo))]
public sealed class NewPSDriveCommand : ProviderCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string PSProvider { get; set; } = "";

    [Parameter(Position = 2, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string Root { get; set; } = "";

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Description { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Scope { get; set; }

    protected override bool IsReported(Exception failure) =>
        base.IsReported(failure) || failure is PSArgumentException or SessionStateException;

    protected override void ProcessRecord() => Try(() =>
    {
        var provider = SessionState.Provider.GetOne(PSProvider);
        if (ShouldProcess($"Name: {Name} Provider: {provider} Root: {Root}", "New drive"))
        {
            SessionState.Drive.New(new PSDriveInfo(Name, provider, Root, Description ?? "", null), Scope, NewContext());
        }
    });
}
