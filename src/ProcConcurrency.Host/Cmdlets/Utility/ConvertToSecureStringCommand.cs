using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Security;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>ConvertTo-SecureString: from plain text only.</summary>
[Cmdlet(VerbsData.ConvertTo, "SecureString")]
[OutputType(typeof(SecureString))]
public sealed class ConvertToSecureStringCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [SuppressMessage("Naming", "CA1720", Justification = "The parameter's own name.")]
    public string String { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true)]
    public SwitchParameter AsPlainText { get; set; }

    [Parameter(Position = 2)]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        var secret = new SecureString();
        foreach (var character in String)
        {
            secret.AppendChar(character);
        }

        secret.MakeReadOnly();
        WriteObject(secret);
    }
}
