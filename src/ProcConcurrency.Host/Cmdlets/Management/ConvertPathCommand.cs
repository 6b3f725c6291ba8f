using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Convert-Path: the provider's own paths, as other programs take them.</summary>
[Cmdlet(VerbsData.Convert, "Path", DefaultParameterSetName = "Path")]
[OutputType(typeof(string))]
public sealed class ConvertPathCommand : ResolvedPathCommand
{
    protected override void Write(PathInfo found)
    {
        ArgumentNullException.ThrowIfNull(found);
        WriteObject(found.ProviderPath);
    }
}
