using System.Management.Automation;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// Takes every record of a pipeline in the order in which it was written, whatever its stream, on the thread that
/// wrote it. The collections that the engine writes to keep nothing.
/// </summary>
internal abstract class RecordSink
{
    // Information that the engine shows the host next, once it is on its stream.
    private InformationRecord? _toBeShown;

    protected RecordSink()
    {
        Output = new OutputTap(this);
    }

    /// <summary>Whether what comes is of -InitializationScript.</summary>
    internal bool IsInitializing { get; set; }

    /// <summary>What a pipeline writes its output to.</summary>
    internal IList<PSObject> Output { get; }

    internal void Attach(PowerShell shell)
    {
        Tap(shell.Streams.Error, RecordStream.Error);
        Tap(shell.Streams.Warning, RecordStream.Warning);
        Tap(shell.Streams.Verbose, RecordStream.Verbose);
        Tap(shell.Streams.Debug, RecordStream.Debug);
        Tap(shell.Streams.Information, RecordStream.Information);
        Tap(shell.Streams.Progress, RecordStream.Progress);
    }

    /// <summary>Takes what a script writes to the host itself, as what Write-Host writes; that comes here too, a second time.</summary>
    internal void AddHostText(HostInformationMessage text)
    {
        var shown = Interlocked.Exchange(ref _toBeShown, null);
        if (shown is null || (shown.MessageData is HostInformationMessage message ? message.Message : shown.ToString()) != text.Message)
        {
            var record = new InformationRecord(text, "Host");
            record.Tags.Add("PSHOST");
            Add(RecordStream.Information, record);
        }
    }

    internal abstract void Add(RecordStream stream, object? record);

    private void Tap<T>(PSDataCollection<T> collection, RecordStream stream)
    {
        collection.DataAdding += (_, added) =>
        {
            if (IsInitializing && added.ItemAdded is ErrorRecord error)
            {
                BlockText.MarkInitialization(error);
            }

            Add(stream, added.ItemAdded);
            _toBeShown = added.ItemAdded as InformationRecord;
        };
        collection.DataAdded += static (sender, _) => ((PSDataCollection<T>)sender!).Clear();
    }
}
