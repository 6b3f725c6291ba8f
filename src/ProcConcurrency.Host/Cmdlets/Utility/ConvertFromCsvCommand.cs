using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>ConvertFrom-Csv.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Csv")]
public sealed class ConvertFromCsvCommand : CsvReadBase
{
    private readonly List<string> _lines = [];

    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, Mandatory = true, Position = 0)]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public PSObject[] InputObject { get; set; } = [];

    protected override void ProcessRecord() => _lines.AddRange(InputObject.Select(line => line?.ToString() ?? ""));

    protected override void EndProcessing()
    {
        using var reader = new StringReader(string.Join('\n', _lines));
        Read(reader);
    }
}
