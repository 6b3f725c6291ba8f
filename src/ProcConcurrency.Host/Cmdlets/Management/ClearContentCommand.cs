using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Clear-Content: empties a file or variable.</summary>
[Cmdlet(VerbsCommon.Clear, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class ClearContentCommand : NamedPathCommand
{
    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Content.ClearContentDynamicParameters(FirstPath, context);

    protected override void ProcessRecord()
    {
        var context = NewContext();
        context.PassThru = false;
        foreach (var path in Path)
        {
            Try(() => InvokeProvider.Content.Clear(path, context));
        }
    }
}
