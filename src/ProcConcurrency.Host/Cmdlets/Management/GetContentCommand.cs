using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Provider;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Content: what is in a file or a variable, by lines unless told otherwise.</summary>
[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path")]
public sealed class GetContentCommand : ContentCommand
{
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public long ReadCount { get; set; } = 1;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, long.MaxValue)]
    [Alias("First", "Head")]
    public long TotalCount { get; set; } = -1;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, int.MaxValue)]
    [Alias("Last")]
    public int Tail { get; set; } = -1;

    internal override object? AskProvider(ProviderContext context) =>
        InvokeProvider.Content.GetContentReaderDynamicParameters(FirstPath, context);

    protected override void ProcessRecord()
    {
        if (TotalCount != -1 && Tail != -1)
        {
            WriteRefusal(
                "TailAndHeadCannotCoexist",
                "The parameters TotalCount and Tail cannot be used together. Please specify only one parameter.");
            return;
        }

        if (TotalCount == 0)
        {
            return;
        }

        var context = NewContext();
        foreach (var path in ResolvePaths(Path, allowNew: false, allowNone: true, context))
        {
            Try(() => ReadAll(path, context));
        }
    }

    private void ReadAll(PathInfo path, ProviderContext context)
    {
        var literal = context.Literal;
        Collection<IContentReader>? readers;
        try
        {
            // The path is resolved: what looks like a pattern in it is a name.
            context.Literal = true;
            readers = InvokeProvider.Content.GetReader(path.Path, context);
        }
        finally
        {
            context.Literal = literal;
        }

        if (readers is not [{ } reader])
        {
            return;
        }

        using (reader)
        {
            Read(reader, path, context);
            reader.Close();
        }
    }

    private void Read(IContentReader reader, PathInfo path, ProviderContext context)
    {
        if (Tail >= 0)
        {
            if (!FileTail.IsFile(reader))
            {
                WriteRefusal("TailNotSupported", "The Tail parameter currently is supported only for the FileSystem provider.");
                return;
            }

            if (!FileTail.Seek(reader, Tail))
            {
                WriteTail(FileTail.Scan(reader, Tail), path, context);
            }
        }

        for (long read = 0; (TotalCount == -1 || read < TotalCount) && ReadOnce(reader, read, path) is { Count: > 0 } batch;)
        {
            read += batch.Count;
            WriteContent(ReadCount == 1 ? batch[0]! : batch, read, path, context);
        }
    }

    private IList? ReadOnce(IContentReader reader, long read, PathInfo path)
    {
        var wanted = TotalCount > 0 && (ReadCount == 0 || TotalCount - ReadCount < read) ? TotalCount - read : ReadCount;
        try
        {
            return reader.Read(wanted);
        }
        catch (Exception cause) when (cause is not PipelineStoppedException)
        {
            WriteFailure("ProviderContentReadError", "reading", path, cause);
            return null;
        }
    }

    private void WriteTail(object[] lines, PathInfo path, ProviderContext context)
    {
        if (ReadCount == 1)
        {
            for (var index = 0; index < lines.Length; index++)
            {
                WriteContent(lines[index], index, path, context);
            }

            return;
        }

        var size = ReadCount <= 0 || ReadCount > lines.Length ? Math.Max(lines.Length, 1) : (int)ReadCount;
        foreach (var batch in lines.Chunk(size))
        {
            WriteContent(batch, batch.Length, path, context);
        }
    }

    private void WriteRefusal(string errorId, string message) =>
        WriteError(new ErrorRecord(new InvalidOperationException(message), errorId, ErrorCategory.InvalidOperation, null));
}
