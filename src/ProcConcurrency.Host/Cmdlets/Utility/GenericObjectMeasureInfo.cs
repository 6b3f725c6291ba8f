namespace Microsoft.PowerShell.Commands;

/// <summary>Measure-Object's result where the least and greatest are no numbers.</summary>
public sealed class GenericObjectMeasureInfo : MeasureInfo
{
    public int Count { get; internal set; }

    public double? Average { get; internal set; }

    public double? Sum { get; internal set; }

    public object? Maximum { get; internal set; }

    public object? Minimum { get; internal set; }

    public double? StandardDeviation { get; internal set; }
}
