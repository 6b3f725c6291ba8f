using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>What Export-Csv and ConvertTo-Csv share.</summary>
public abstract class CsvWriteBase : PSCmdlet
{
    [Parameter(ValueFromPipeline = true, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public PSObject? InputObject { get; set; }

    [Parameter]
    [ValidateNotNull]
    public char Delimiter { get; set; } = ',';

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter]
    [Alias("NTI")]
    public SwitchParameter NoTypeInformation { get; set; } = true;

    [Parameter]
    [Alias("ITI")]
    public SwitchParameter IncludeTypeInformation { get; set; }

    [Parameter]
    [Alias("QF")]
    public string[]? QuoteFields { get; set; }

    [Parameter]
    [Alias("UQ")]
    public QuoteKind UseQuotes { get; set; } = QuoteKind.Always;

    private protected CsvText Csv { get; private set; } = null!;

    protected override void BeginProcessing()
    {
        var delimiter = UseCulture ? CultureInfo.CurrentCulture.TextInfo.ListSeparator[0] : Delimiter;
        Csv = new CsvText(delimiter, UseQuotes, QuoteFields);
    }

    private protected static string TypeLine(PSObject item) => "#TYPE " + item.TypeNames.FirstOrDefault();
}
