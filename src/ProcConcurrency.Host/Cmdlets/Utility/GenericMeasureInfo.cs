namespace Microsoft.PowerShell.Commands;

/// <summary>Measure-Object's result for numbers.</summary>
public sealed class GenericMeasureInfo : MeasureInfo
{
    public int Count { get; internal set; }

    public double? Average { get; internal set; }

    public double? Sum { get; internal set; }

    public double? Maximum { get; internal set; }

    public double? Minimum { get; internal set; }

    public double? StandardDeviation { get; internal set; }
}
