using System.Management.Automation;
using System.Management.Automation.Internal;
using Microsoft.PowerShell.Commands;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Measure-Object: statistics of objects or of text.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Object", DefaultParameterSetName = "GenericMeasure")]
public sealed class MeasureObjectCommand : PSCmdlet
{
    private readonly Dictionary<string, Measurement> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly ValueOrder _order = new(caseSensitive: false, culture: null);
    private readonly Measurement _plain = new(null);
    private PropertyTerm[] _terms = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; } = AutomationNull.Value;

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public object[]? Property { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter StandardDeviation { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Sum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter AllStats { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Average { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Maximum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Minimum { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Line { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Word { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Character { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter IgnoreWhiteSpace { get; set; }

    private bool IsText => ParameterSetName == "TextMeasure";

    protected override void BeginProcessing()
    {
        _terms = PropertyTerm.Parse(this, Property);
        if (AllStats)
        {
            Sum = Average = StandardDeviation = Maximum = Minimum = true;
        }
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
        {
            return;
        }

        if (_terms.Length == 0)
        {
            Add(_plain, InputObject);
            return;
        }

        foreach (var (name, value, _) in _terms.SelectMany(term => term.Read(InputObject)))
        {
            if (value is not null)
            {
                if (!_byName.TryGetValue(name, out var measurement))
                {
                    _byName[name] = measurement = new Measurement(name);
                }

                Add(measurement, value);
            }
        }
    }

    protected override void EndProcessing()
    {
        if (_terms.Length == 0)
        {
            WriteObject(IsText ? TextResult(_plain) : Result(_plain));
            return;
        }

        foreach (var term in _terms.Where(term => !term.Expression.HasWildCardCharacters && !_byName.ContainsKey(term.Label)))
        {
            var failure = new PSArgumentException($"The property \"{term.Label}\" cannot be found in the input for any objects.");
            WriteError(new ErrorRecord(
                failure, IsText ? "TextMeasurePropertyNotFound" : "GenericMeasurePropertyNotFound", ErrorCategory.InvalidArgument, null));
        }

        WriteObject(_byName.Values.Select(one => IsText ? (object)TextResult(one) : Result(one)), enumerateCollection: true);
    }

    private void Add(Measurement measurement, object value)
    {
        measurement.CountOne();
        if (IsText)
        {
            measurement.AddText(LanguagePrimitives.ConvertTo<string>(value), IgnoreWhiteSpace);
            return;
        }

        if (!Sum && !Average && !StandardDeviation)
        {
            if (Minimum || Maximum)
            {
                measurement.AddExtreme(value, _order);
            }

            return;
        }

        if (LanguagePrimitives.TryConvertTo(value, out double number))
        {
            measurement.AddNumber(number);
            if (Minimum || Maximum)
            {
                measurement.AddExtreme(value, _order);
            }

            return;
        }

        measurement.IsNumeric = false;

        var failure = new PSInvalidCastException($"Input object \"{value}\" is not numeric.");
        WriteError(new ErrorRecord(failure, "NonNumericInputObject", ErrorCategory.InvalidType, value));
    }

    private MeasureInfo Result(Measurement measured)
    {
        var some = measured.Count > 0 && measured.IsNumeric;
        double? sum = Sum && some ? measured.Sum : null;
        double? average = Average && some ? measured.Average : null;
        double? deviation = StandardDeviation && some ? measured.Deviation : null;
        var numeric = IsNumber(measured.Least) && IsNumber(measured.Greatest);
        if (!numeric)
        {
            return new GenericObjectMeasureInfo
            {
                Property = measured.Property,
                Count = measured.Count,
                Sum = sum,
                Average = average,
                StandardDeviation = deviation,
                Minimum = Minimum ? measured.Least : null,
                Maximum = Maximum ? measured.Greatest : null,
            };
        }

        return new GenericMeasureInfo
        {
            Property = measured.Property,
            Count = measured.Count,
            Sum = sum,
            Average = average,
            StandardDeviation = deviation,
            Minimum = Minimum ? AsNumber(measured.Least) : null,
            Maximum = Maximum ? AsNumber(measured.Greatest) : null,
        };
    }

    private TextMeasureInfo TextResult(Measurement measured) => new()
    {
        Property = measured.Property,
        Lines = Line ? measured.Lines : null,
        Words = Word ? measured.Words : null,
        Characters = Character ? measured.Characters : null,
    };

    private static bool IsNumber(object? value) => value is null || LanguagePrimitives.TryConvertTo(value, out double _);

    private static double? AsNumber(object? value) => value is null ? null : LanguagePrimitives.ConvertTo<double>(value);
}
