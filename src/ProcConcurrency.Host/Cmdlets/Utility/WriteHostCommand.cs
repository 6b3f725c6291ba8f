using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Text;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Write-Host: text for the host, sent as a tagged information record.</summary>
[Cmdlet(VerbsCommunications.Write, "Host")]
public sealed class WriteHostCommand : PSCmdlet
{
    private static readonly string[] Tags = ["PSHOST"];

    [Parameter(Position = 0, ValueFromRemainingArguments = true, ValueFromPipeline = true)]
    [Alias("Msg", "Message")]
    [SuppressMessage("Naming", "CA1720", Justification = "The parameter's own name.")]
    public object? Object { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    [ValidateNotNull]
    public object Separator { get; set; } = " ";

    [Parameter]
    public ConsoleColor ForegroundColor { get; set; } = (ConsoleColor)(-1);

    [Parameter]
    public ConsoleColor BackgroundColor { get; set; } = (ConsoleColor)(-1);

    protected override void ProcessRecord()
    {
        var text = new StringBuilder();
        Append(text, Object);
        var message = new HostInformationMessage { Message = text.ToString(), NoNewLine = NoNewline.IsPresent };
        try
        {
            message.ForegroundColor = (int)ForegroundColor == -1 ? Host.UI.RawUI.ForegroundColor : ForegroundColor;
            message.BackgroundColor = (int)BackgroundColor == -1 ? Host.UI.RawUI.BackgroundColor : BackgroundColor;
        }
        catch (Exception failure) when (failure is HostException or NotImplementedException or NullReferenceException)
        {
            // A host without colours (or without a console at all) still shows the text.
        }

        WriteInformation(message, Tags);
    }

    private void Append(StringBuilder text, object? value)
    {
        var bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        switch (bare)
        {
            case null:
                return;
            case string plain:
                text.Append(plain);
                return;
            case IEnumerable many and not System.Xml.XmlNode and not IDictionary:
                AppendAll(text, many);
                return;
            case IDictionary pairs:
                AppendAll(text, pairs);
                return;
            default:
                text.Append(value);
                return;
        }
    }

    private void AppendAll(StringBuilder text, IEnumerable many)
    {
        var first = true;
        foreach (var item in many)
        {
            if (!first)
            {
                text.Append(Separator);
            }

            first = false;
            Append(text, item);
        }
    }
}
