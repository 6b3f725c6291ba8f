using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Resolve-Path: the paths a pattern stands for.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "Path", DefaultParameterSetName = "Path")]
[OutputType(typeof(PathInfo), typeof(string))]
public sealed class ResolvePathCommand : ResolvedPathCommand
{
    [Parameter]
    public SwitchParameter Relative { get; set; }

    protected override void Write(PathInfo found)
    {
        ArgumentNullException.ThrowIfNull(found);
        WriteObject(Relative ? RelativeTo(SessionState.Path.CurrentLocation, found) : found);
    }

    private string RelativeTo(PathInfo current, PathInfo found)
    {
        if (current.Drive is { } drive
            && found.Drive != drive
            && !found.ProviderPath.StartsWith(drive.Root, StringComparison.OrdinalIgnoreCase))
        {
            return found.Path;
        }

        var path = SessionState.Path.NormalizeRelativePath(found.Path, current.ProviderPath);
        var isAbsolute = path.StartsWith(found.Drive?.Root ?? found.Path, StringComparison.OrdinalIgnoreCase);
        return isAbsolute || path.StartsWith('.') ? path : SessionState.Path.Combine(".", path);
    }
}
