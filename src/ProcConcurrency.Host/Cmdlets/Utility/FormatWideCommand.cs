using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Format-Wide: the engine's own wide shape.</summary>
[Cmdlet(VerbsCommon.Format, "Wide")]
public sealed class FormatWideCommand : OuterFormatTableAndListBase
{
    public FormatWideCommand() => EngineAccess.ShapeAs(this, "Wide");

    [Parameter]
    public SwitchParameter AutoSize { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Column { get; set; }

    protected override void BeginProcessing()
    {
        var bound = MyInvocation.BoundParameters;
        if (bound.ContainsKey(nameof(AutoSize)) && bound.ContainsKey(nameof(Column)))
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidDataException("-AutoSize and -Column exclude each other."),
                "FormatCannotSpecifyAutosizeAndColumns", ErrorCategory.InvalidArgument, null));
        }

        base.BeginProcessing();
        EngineAccess.SetWide(
            this,
            EngineAccess.FormatParameters(this),
            bound.ContainsKey(nameof(Column)) ? Column : null,
            bound.ContainsKey(nameof(AutoSize)) ? AutoSize.IsPresent : null);
    }
}
