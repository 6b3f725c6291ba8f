using System.Management.Automation;
using System.Management.Automation.Provider;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Writes values to items, which stay open from the first value to the last.</summary>
public abstract class WriteContentCommand : ContentCommand, IDisposable
{
    private readonly List<(PathInfo Path, IContentWriter Writer)> _writers = [];
    private bool _pathsArePiped;
    private bool _open;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Value { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Content.GetContentWriterDynamicParameters(FirstPath, context);

    protected abstract bool Confirm(string path);

    /// <summary>Makes an item ready before its writer is opened.</summary>
    protected virtual void Prepare(string path)
    {
    }

    /// <summary>Goes to where writing starts.</summary>
    protected virtual void Position(IContentWriter writer)
    {
    }

    protected override void BeginProcessing() => _pathsArePiped = Path is not { Length: > 0 };

    protected override void ProcessRecord()
    {
        var context = NewContext();
        context.PassThru = PassThru;
        try
        {
            if (!_open)
            {
                Open(context);
            }

            foreach (var (path, writer) in _writers)
            {
                Write(path, writer, context);
            }
        }
        finally
        {
            if (_pathsArePiped)
            {
                Close();
            }
        }
    }

    protected override void EndProcessing() => Close();

    private void Open(ProviderContext context)
    {
        _open = true;
        var paths = ResolvePaths(Path, allowNew: true, allowNone: false, context).FindAll(path => Confirm(path.Path));
        paths.ForEach(path => Try(() => Prepare(path.Path)));
        // The paths are resolved: what looks like a pattern in them is a name.
        context.Literal = true;
        foreach (var path in paths)
        {
            Try(() =>
            {
                if (InvokeProvider.Content.GetWriter(path.Path, context) is [{ } writer])
                {
                    _writers.Add((path, writer));
                    Position(writer);
                }
            });
        }
    }

    private void Write(PathInfo path, IContentWriter writer, ProviderContext context)
    {
        try
        {
            if (writer.Write(Value ?? []) is { Count: > 0 } written && PassThru)
            {
                WriteContent(written, written.Count, path, context);
            }
        }
        catch (Exception cause) when (cause is not PipelineStoppedException)
        {
            WriteFailure("ProviderContentWriteError", "writing", path, cause);
        }
    }

    private void Close()
    {
        foreach (var (_, writer) in _writers)
        {
            using (writer)
            {
                writer.Close();
            }
        }

        _writers.Clear();
        _open = false;
    }
}
