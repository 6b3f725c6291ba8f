using System.Management.Automation;
using System.Text;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Out-File: formatted objects in a file; the engine's redirections run it too.</summary>
[Cmdlet(VerbsData.Out, "File", SupportsShouldProcess = true, DefaultParameterSetName = "ByPath")]
public sealed class OutFileCommand : FrontEndCommandBase
{
    private StreamWriter? _writer;

    public OutFileCommand() => EngineAccess.UseOutputManager(this);

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    [Alias("Path")]
    public string? FilePath { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByLiteralPath")]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter(Position = 1)]
    [EncodingArgument]
    [ValidateNotNullOrEmpty]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    [Parameter]
    public SwitchParameter Append { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; } = int.MaxValue;

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    protected override void BeginProcessing()
    {
        var given = FilePath ?? LiteralPath!;
        if (!ShouldProcess(given, "Output to File"))
        {
            return;
        }

        var path = OutputFile.Resolve(this, given, literal: LiteralPath is not null);
        _writer = OutputFile.Open(this, path, Encoding, Append, Force, NoClobber);
        EngineAccess.WriteLinesTo(this, _writer, Width, NoNewline);
        base.BeginProcessing();
    }

    protected override void ProcessRecord()
    {
        if (_writer is not null)
        {
            base.ProcessRecord();
            _writer.Flush();
        }
    }

    protected override void EndProcessing()
    {
        if (_writer is not null)
        {
            base.EndProcessing();
            Close();
        }
    }

    protected override void InternalDispose()
    {
        base.InternalDispose();
        Close();
    }

    private void Close()
    {
        _writer?.Dispose();
        _writer = null;
    }
}
