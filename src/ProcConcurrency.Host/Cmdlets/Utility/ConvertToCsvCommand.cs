using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>ConvertTo-Csv.</summary>
[Cmdlet(VerbsData.ConvertTo, "Csv")]
[OutputType(typeof(string))]
public sealed class ConvertToCsvCommand : CsvWriteBase
{
    [Parameter]
    public SwitchParameter NoHeader { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        if (Csv.Names is null)
        {
            var header = Csv.Header(InputObject);
            if (IncludeTypeInformation)
            {
                WriteObject(TypeLine(InputObject));
            }

            if (!NoHeader)
            {
                WriteObject(header);
            }
        }

        WriteObject(Csv.Row(InputObject));
    }
}
