namespace Microsoft.PowerShell.Commands;

/// <summary>What the results of Measure-Object have in common; the names are those of the engine's format views.</summary>
public abstract class MeasureInfo
{
    public string? Property { get; internal set; }
}
