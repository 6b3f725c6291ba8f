using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Import-PowerShellDataFile: a table from a file, without running anything.</summary>
[Cmdlet(VerbsData.Import, "PowerShellDataFile", DefaultParameterSetName = "ByPath")]
[OutputType(typeof(Hashtable))]
public sealed class ImportPowerShellDataFileCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "ByLiteralPath", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter]
    public SwitchParameter SkipLimitCheck { get; set; }

    protected override void ProcessRecord()
    {
        var literal = ParameterSetName == "ByLiteralPath";
        foreach (var file in OutputFile.Existing(this, literal ? LiteralPath : Path, literal))
        {
            var ast = Parser.ParseFile(file, out _, out var errors);
            if (errors.Length > 0)
            {
                Report(file, "CouldNotParseAsPowerShellDataFile");
            }
            else if (ast.Find(node => node is HashtableAst, searchNestedScriptBlocks: false) is { } table)
            {
                WriteObject(SkipLimitCheck ? table.SafeGetValue(skipHashtableSizeCheck: true) : table.SafeGetValue());
            }
            else
            {
                Report(file, "CouldNotParseAsPowerShellDataFileNoHashtableRoot");
            }
        }
    }

    private void Report(string file, string id) => WriteError(new ErrorRecord(
        new InvalidOperationException($"The file '{file}' could not be parsed as a PowerShell Data File."),
        id, ErrorCategory.InvalidData, file));
}
