using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Tee-Object: passes objects on and keeps them in a variable or a file.</summary>
[Cmdlet("Tee", "Object", DefaultParameterSetName = "File")]
public sealed class TeeObjectCommand : PSCmdlet, IDisposable
{
    private const string ToPath = "param($p, $a) Out-File -FilePath $p -Append:$a";
    private const string ToLiteralPath = "param($p, $a) Out-File -LiteralPath $p -Append:$a";

    private readonly List<object?> _kept = [];
    private SteppablePipeline? _file;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; } = AutomationNull.Value;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "File")]
    [Alias("Path")]
    public string? FilePath { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LiteralFile")]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter(ParameterSetName = "File")]
    [Parameter(ParameterSetName = "Variable")]
    public SwitchParameter Append { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Variable")]
    public string? Variable { get; set; }

    protected override void BeginProcessing()
    {
        if (Variable is not null)
        {
            return;
        }

        var script = ScriptBlock.Create(LiteralPath is null ? ToPath : ToLiteralPath);
        _file = script.GetSteppablePipeline(CommandOrigin.Internal, [FilePath ?? LiteralPath, Append.IsPresent]);
        _file.Begin(expectInput: true);
    }

    protected override void ProcessRecord()
    {
        if (_file is null)
        {
            _kept.Add(InputObject);
        }
        else
        {
            _file.Process(InputObject);
        }

        WriteObject(InputObject);
    }

    protected override void EndProcessing()
    {
        if (_file is not null)
        {
            _file.End();
            return;
        }

        var items = _kept;
        if (Append && SessionState.PSVariable.GetValue(Variable) is { } before)
        {
            var earlier = LanguagePrimitives.GetEnumerable(before)?.Cast<object?>() ?? [before];
            items = [.. earlier, .. _kept];
        }

        SessionState.PSVariable.Set(Variable, items.Count == 1 ? items[0] : items.ToArray());
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
