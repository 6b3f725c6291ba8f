using System.Management.Automation;
using System.Text;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Export-Csv.</summary>
[Cmdlet(VerbsData.Export, "Csv", SupportsShouldProcess = true)]
public sealed class ExportCsvCommand : CsvWriteBase, IDisposable
{
    private StreamWriter? _writer;
    private bool _headed;

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    [Parameter]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    [EncodingArgument]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    [Parameter]
    public SwitchParameter Append { get; set; }

    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if ((Path ?? LiteralPath) is not { } given || (Path is not null && LiteralPath is not null))
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException("You must specify either the -Path or -LiteralPath parameters, but not both."),
                "CannotSpecifyPathAndLiteralPath", ErrorCategory.InvalidData, null));
            return;
        }

        if (!ShouldProcess(given, "Export-Csv"))
        {
            return;
        }

        var file = OutputFile.Resolve(this, given, literal: LiteralPath is not null);
        if (Append && File.Exists(file))
        {
            // The columns there are decide; nothing is added to an empty file but a header.
            using var reader = new StreamReader(file, Encoding);
            if (new CsvParser(reader, Delimiter).Next() is { } names)
            {
                Csv.UseNames([.. names.Select(name => name ?? "")]);
                _headed = true;
            }
        }

        _writer = OutputFile.Open(this, file, Encoding, Append, Force, NoClobber);
    }

    protected override void ProcessRecord()
    {
        if (_writer is null || InputObject is null)
        {
            return;
        }

        if (!_headed)
        {
            _headed = true;
            var header = Csv.Header(InputObject);
            if (IncludeTypeInformation)
            {
                _writer.WriteLine(TypeLine(InputObject));
            }

            _writer.WriteLine(header);
        }
        else if (Append && !Force && Csv.Names!.FirstOrDefault(name => InputObject.Properties[name] is null) is { } missing)
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException($"Cannot append CSV content: the appended object has no property '{missing}'. Use -Force to go on."),
                "CannotAppendCsvWithMismatchedPropertyNames", ErrorCategory.InvalidData, missing));
        }

        _writer.WriteLine(Csv.Row(InputObject));
    }

    protected override void EndProcessing() => Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }
}
