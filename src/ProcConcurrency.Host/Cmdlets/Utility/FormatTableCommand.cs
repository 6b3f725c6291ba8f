using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Format-Table: the engine's own table shape.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    public FormatTableCommand() => EngineAccess.ShapeAs(this, "Table");
}
