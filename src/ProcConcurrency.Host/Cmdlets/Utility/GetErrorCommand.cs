using System.Collections;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Error: the latest errors in full.</summary>
[Cmdlet(VerbsCommon.Get, "Error", DefaultParameterSetName = "Newest")]
[OutputType(typeof(ErrorRecord))]
public sealed class GetErrorCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "Error", ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(ParameterSetName = "Newest")]
    [Alias("Last")]
    [ValidateRange(1, int.MaxValue)]
    public int Newest { get; set; } = 1;

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            WriteExtended(InputObject);
            return;
        }

        if (SessionState.PSVariable.GetValue("error") is ArrayList errors)
        {
            foreach (var error in errors.Cast<object>().Take(Newest).ToArray())
            {
                WriteExtended(PSObject.AsPSObject(error));
            }
        }
    }

    // The engine's view of the full error is chosen by this type name.
    private void WriteExtended(PSObject error)
    {
        var copy = error.Copy();
        if (copy.BaseObject is ErrorRecord or Exception)
        {
            copy.TypeNames.Insert(0, copy.BaseObject.GetType().FullName + "#PSExtendedError");
        }

        WriteObject(copy);
    }
}
