using System.Management.Automation;
using System.Text;
using System.Text.Json;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>ConvertTo-Json.</summary>
[Cmdlet(VerbsData.ConvertTo, "Json")]
[OutputType(typeof(string))]
public sealed class ConvertToJsonCommand : PSCmdlet, IDisposable
{
    private readonly List<object?> _items = [];
    private readonly CancellationTokenSource _stop = new();

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    [Parameter]
    [ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

    [Parameter]
    public SwitchParameter Compress { get; set; }

    [Parameter]
    public SwitchParameter EnumsAsStrings { get; set; }

    [Parameter]
    public SwitchParameter AsArray { get; set; }

    protected override void ProcessRecord() => _items.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_items.Count == 0)
        {
            return;
        }

        var options = new JsonWriterOptions
        {
            Indented = !Compress,
            Encoder = JsonWriter.Encoder,
            MaxDepth = 1000,
            NewLine = Environment.NewLine,
        };
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer, options);
        var writer = new JsonWriter(json, Depth, EnumsAsStrings, _stop.Token);
        try
        {
            writer.Write(_items.Count > 1 || AsArray ? _items : _items[0]);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        json.Flush();
        if (writer.Truncated)
        {
            WriteWarning($"Resulting JSON is truncated as serialization has exceeded the set depth of {Depth}.");
        }

        WriteObject(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
