using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Test-Path: whether there is an item at a path.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Path", DefaultParameterSetName = "Path")]
[OutputType(typeof(bool))]
public sealed class TestPathCommand : FilteredCommand
{
    private string?[]? _path;

    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? Path
    {
        get => _path;
        set => _path = value;
    }

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? LiteralPath
    {
        get => _path;
        set
        {
            Literal = true;
            _path = value;
        }
    }

    [Parameter]
    [Alias("Type")]
    public TestPathType PathType { get; set; }

    [Parameter]
    public SwitchParameter IsValid { get; set; }

    internal override object? AskProvider(ProviderContext context) =>
        IsValid ? null : InvokeProvider.Item.ItemExistsDynamicParameters(_path is [{ } first, ..] ? first : ".", context);

    protected override void ProcessRecord()
    {
        if (_path is not { Length: > 0 })
        {
            WriteNull();
            return;
        }

        var context = NewContext();
        foreach (var path in _path)
        {
            if (path is null)
            {
                WriteNull();
            }
            else
            {
                WriteObject(!string.IsNullOrWhiteSpace(path) && Test(path, context));
            }
        }
    }

    private bool Test(string path, ProviderContext context)
    {
        try
        {
            return IsValid
                ? SessionState.Path.IsValid(path, context)
                : InvokeProvider.Item.Exists(path, context)
                    && (PathType == TestPathType.Any
                        || InvokeProvider.Item.IsContainer(path, context) == (PathType == TestPathType.Container));
        }
        catch (Exception failure) when (failure is PSNotSupportedException or SessionStateException)
        {
            // No such drive, provider or item: that is the answer.
            return false;
        }
    }

    private void WriteNull() => WriteError(new ErrorRecord(
        new ArgumentNullException(null, "The provided Path argument was null or an empty collection."),
        "NullPathNotPermitted",
        ErrorCategory.InvalidArgument,
        _path));
}
