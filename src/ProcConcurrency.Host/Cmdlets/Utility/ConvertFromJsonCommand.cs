using System.Management.Automation;
using System.Text.Json;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>ConvertFrom-Json.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed class ConvertFromJsonCommand : PSCmdlet
{
    private readonly List<string> _lines = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = "";

    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 1024;

    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    protected override void ProcessRecord() => _lines.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_lines.Count == 1)
        {
            Convert(_lines[0]);
            return;
        }

        if (_lines.Count > 1 && !IsWhole(_lines[0]))
        {
            Convert(string.Join(Environment.NewLine, _lines));
            return;
        }

        // Each line is a document of its own.
        _lines.ForEach(Convert);
    }

    private JsonDocumentOptions Options => new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = Depth,
    };

    private bool IsWhole(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Convert(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        object? value = null;
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            value = new JsonReader(AsHashtable).Read(document.RootElement);
        }
        catch (JsonKeyCaseException failure)
        {
            ThrowTerminatingError(new ErrorRecord(failure, "KeysWithDifferentCasingInJsonString", ErrorCategory.InvalidOperation, null));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // An ArgumentException, as scripts that catch the real one's expect.
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException("Conversion from JSON failed with error: " + failure.Message, failure),
                "System.ArgumentException", ErrorCategory.NotSpecified, null));
        }

        WriteObject(value, enumerateCollection: !NoEnumerate);
    }
}
