using System.Management.Automation;
using System.Text;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Import-Csv.</summary>
[Cmdlet(VerbsData.Import, "Csv", DefaultParameterSetName = "Path")]
public sealed class ImportCsvCommand : CsvReadBase
{
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "Path", Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, Mandatory = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter]
    [EncodingArgument]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    protected override void ProcessRecord()
    {
        var literal = ParameterSetName == "LiteralPath";
        foreach (var file in OutputFile.Existing(this, literal ? LiteralPath : Path, literal))
        {
            using var reader = new StreamReader(file, Encoding);
            Read(reader);
        }
    }
}
