using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The running statistics of one property.</summary>
internal sealed class Measurement(string? property)
{
    private double _mean;
    private double _squares;

    internal string? Property { get; } = property;

    internal int Count { get; private set; }

    internal double Sum { get; private set; }

    internal double Average => Sum / Count;

    internal double Deviation => Count < 2 ? 0 : Math.Sqrt(_squares / (Count - 1));

    /// <summary>False once something that is no number came where numbers are asked for: there is no sum then.</summary>
    internal bool IsNumeric { get; set; } = true;

    internal object? Least { get; private set; }

    internal object? Greatest { get; private set; }

    internal int Characters { get; private set; }

    internal int Words { get; private set; }

    internal int Lines { get; private set; }

    internal void CountOne() => Count++;

    // Welford's way: one pass, without the loss of a difference of great sums.
    internal void AddNumber(double number)
    {
        Sum += number;
        var delta = number - _mean;
        _mean += delta / Count;
        _squares += delta * (number - _mean);
    }

    internal void AddExtreme(object value, ValueOrder order)
    {
        var bare = ValueOrder.Bare(value)!;
        // Digits in text are compared as the numbers they are.
        var comparable = bare is string && LanguagePrimitives.TryConvertTo(bare, out double number) ? number : bare;
        Least = Least is null || order.Compare(comparable, Least) < 0 ? comparable : Least;
        Greatest = Greatest is null || order.Compare(comparable, Greatest) > 0 ? comparable : Greatest;
    }

    internal void AddText(string text, bool ignoreWhiteSpace)
    {
        Characters += ignoreWhiteSpace ? text.Count(one => !char.IsWhiteSpace(one)) : text.Length;
        Words += text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        Lines += text.Length == 0 ? 0 : 1 + text.AsSpan()[..^(text.EndsWith('\n') ? 1 : 0)].Count('\n');
    }
}
