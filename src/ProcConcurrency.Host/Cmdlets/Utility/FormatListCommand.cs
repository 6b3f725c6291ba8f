using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Format-List: the engine's own list shape.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    public FormatListCommand() => EngineAccess.ShapeAs(this, "List");
}
