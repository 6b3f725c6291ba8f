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
        foreach (var path in literal ? LiteralPath : Path)
        {
            var files = literal || !WildcardPattern.ContainsWildcardCharacters(path)
                ? [SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)]
                : SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _).ToArray();
            if (files.Length == 0)
            {
                Fail(path, $"The path {path} names no file.");
            }

            foreach (var file in files)
            {
                if (!File.Exists(file))
                {
                    Fail(path, $"Could not find file '{file}'.");
                }

                using var reader = new StreamReader(file, Encoding);
                Read(reader);
            }
        }
    }

    /// <summary>Nothing of what a script would do with the rows makes sense then: as the real one, it ends the pipeline.</summary>
    private void Fail(string path, string message) =>
        ThrowTerminatingError(new ErrorRecord(new FileNotFoundException(message, path), "FileOpenFailure", ErrorCategory.OpenError, path));
}
