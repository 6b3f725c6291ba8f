using System.Management.Automation;
using DriveNotFoundException = System.Management.Automation.DriveNotFoundException;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>A cmdlet that picks drives by name, provider and scope.</summary>
public abstract class DriveCommand : ProviderCommand
{
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Scope { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? PSProvider { get; set; }

    protected override bool IsReported(Exception failure) =>
        base.IsReported(failure) || failure is PSArgumentException or SessionStateException;

    /// <summary>Writes an error for a plain name that no drive has; a pattern may match none.</summary>
    protected IReadOnlyList<PSDriveInfo> Match(string name, string errorId)
    {
        List<PSDriveInfo> drives = [];
        Try(() =>
        {
            var pattern = WildcardPattern.Get(Literal ? WildcardPattern.Escape(name) : name, WildcardOptions.IgnoreCase);
            drives = [.. SessionState.Drive.GetAllAtScope(Scope).Where(drive => pattern.IsMatch(drive.Name) && IsOfProvider(drive))];
            drives.Sort();
            if (drives.Count == 0 && (Literal || !WildcardPattern.ContainsWildcardCharacters(name)))
            {
                WriteError(new ErrorRecord(
                    new DriveNotFoundException($"Cannot find drive. A drive with the name '{name}' does not exist."),
                    errorId,
                    ErrorCategory.ObjectNotFound,
                    name));
            }
        });
        return drives;
    }

    private bool IsOfProvider(PSDriveInfo drive) =>
        PSProvider is not { Length: > 0 } names
        || names.Any(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase).IsMatch(drive.Provider.Name));
}
