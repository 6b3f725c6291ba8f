namespace Microsoft.PowerShell.Commands;

/// <summary>Measure-Object's result for text.</summary>
public sealed class TextMeasureInfo : MeasureInfo
{
    public int? Lines { get; internal set; }

    public int? Words { get; internal set; }

    public int? Characters { get; internal set; }
}
