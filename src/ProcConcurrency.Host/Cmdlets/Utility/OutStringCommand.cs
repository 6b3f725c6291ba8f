using System.Management.Automation;
using System.Text;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Out-String: objects as the text the host would show.</summary>
[Cmdlet(VerbsData.Out, "String", DefaultParameterSetName = "NoNewLineFormatting")]
[OutputType(typeof(string))]
public sealed class OutStringCommand : FrontEndCommandBase
{
    private readonly StringBuilder _text = new();

    public OutStringCommand() => EngineAccess.UseOutputManager(this);

    [Parameter(ParameterSetName = "StreamFormatting")]
    public SwitchParameter Stream { get; set; }

    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; } = int.MaxValue;

    [Parameter(ParameterSetName = "NoNewLineFormatting")]
    public SwitchParameter NoNewline { get; set; }

    protected override void BeginProcessing()
    {
#pragma warning disable CA2000 // The engine writes to it until the end, and it holds nothing.
        EngineAccess.WriteLinesTo(this, new LineWriter(OnLine, Host.CurrentCulture), Width);
#pragma warning restore CA2000
        base.BeginProcessing();
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (!Stream)
        {
            WriteObject(_text.ToString());
        }
    }

    private void OnLine(string line)
    {
        if (Stream)
        {
            WriteObject(line);
        }
        else if (NoNewline)
        {
            _text.Append(line);
        }
        else
        {
            _text.AppendLine(line);
        }
    }
}
