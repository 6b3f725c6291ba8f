using System.Management.Automation;
using System.Management.Automation.Provider;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Add-Content: writes behind what is in an item.</summary>
[Cmdlet(VerbsCommon.Add, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class AddContentCommand : WriteContentCommand
{
    protected override bool Confirm(string path) => ShouldProcess($"Path: {path}", "Add Content");

    protected override void Position(IContentWriter writer) => writer.Seek(0, SeekOrigin.End);
}
