using System.Management.Automation;
using ProcConcurrency.Commands.Binding;

namespace ProcConcurrency.Commands;

/// <summary>Writes what a pool ran, where and when, as a page for the browser.</summary>
[Cmdlet(VerbsData.Export, "ProcTimeline", DefaultParameterSetName = RecordSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportProcTimelineCommand : ProcCmdlet
{
    private const string RecordSet = "InputObject";
    private const string LogSet = "LogPath";
    private const string PoolSet = "Pool";

    private readonly List<TimelineEntry> _entries = [];
    private bool _hasFaults;

    /// <summary>The file to write. It is taken as it stands: no wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ArgumentCompleter(typeof(FilePathCompleter))]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The logs of runs: JSON Lines, as <c>Invoke-ProcPool -LogPath</c> writes them; wildcards allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LogSet)]
    [ArgumentCompleter(typeof(FilePathCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] LogPath { get; set; } = [];

    /// <summary>Records, as <c>Invoke-ProcPool -Detailed</c> writes them, and tasks that are over.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RecordSet)]
    [AllowEmptyCollection]
    [ValidateNotNull]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Pools, or their names (wildcards allowed): the last 100,000 attempts of each.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PoolSet)]
    [ArgumentCompleter(typeof(ProcPoolNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Takes<ProcPoolReference>(Many = true)]
    public ProcPoolReference[] Pool { get; set; } = [];

    /// <summary>The page's title.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Timeline";

    /// <summary>Overwrites a file that is read-only, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Leaves a file that is there already as it is.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Writes the file that was made.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        // With -LogPath there is nothing to bind, and this stays empty.
        foreach (var record in InputObject)
        {
            if (TimelineSources.FromRecord(record, out var fault) is { } entry)
            {
                _entries.Add(entry);
            }
            else
            {
                _hasFaults = true;
                WriteError(Errors.InvalidTimelineRecord(record, fault));
            }
        }
    }

    private protected override void End()
    {
        var target = TimelineFile.Resolve(this, Path);
        foreach (var log in LogPath.SelectMany(path => TimelineFile.Find(this, path)))
        {
            ReadLog(log);
        }

        var pools = ProcPoolReference.ResolveAll(Pool, WriteError).ToList();
        pools.ForEach(pool => _entries.AddRange(pool.Core.History.Entries()));
        _hasFaults |= Pool.Length > 0 && pools.Count == 0;

        // Where nothing of what was given is a record, no empty page takes the place of another.
        if ((_hasFaults && _entries.Count == 0) || !ShouldProcess(target, "Export timeline"))
        {
            return;
        }

        // Made in memory first, so that what goes wrong or is stopped leaves the file as it was.
        using var content = new MemoryStream();
        TimelinePage.Write(content, Title, _entries, Canceled);
        TimelineFile.Write(target, Force, NoClobber, content);
        if (PassThru)
        {
            WriteObject(InvokeProvider.Item.Get([target], force: true, literalPath: true), enumerateCollection: true);
        }
    }

    private void ReadLog(string path)
    {
        var log = new TimelineLog(path);
        foreach (var entry in TimelineFile.Guard(path, log.Read()))
        {
            Canceled.ThrowIfCancellationRequested();
            _entries.Add(entry);
        }

        foreach (var warning in log.Warnings)
        {
            WriteWarning(warning);
        }
    }
}
