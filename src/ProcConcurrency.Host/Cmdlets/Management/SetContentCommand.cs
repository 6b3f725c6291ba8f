using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Set-Content: replaces what is in an item.</summary>
[Cmdlet(VerbsCommon.Set, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class SetContentCommand : WriteContentCommand
{
    protected override bool Confirm(string path) => ShouldProcess($"Path: {path}", "Set Content");

    protected override void Prepare(string path)
    {
        try
        {
            InvokeProvider.Content.Clear([path], Force, literalPath: true);
        }
        catch (Exception failure) when (failure is PSNotSupportedException or ItemNotFoundException)
        {
            // Nothing to clear, or a provider whose writer replaces by itself.
        }
    }
}
