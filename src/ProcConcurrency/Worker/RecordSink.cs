using System.Management.Automation;

namespace ProcConcurrency.Worker;

/// <summary>
/// Takes every record of a pipeline in the order in which it was written, whatever its stream, on the thread that
/// wrote it. The collections that the engine writes to keep nothing.
/// </summary>
internal abstract class RecordSink
{
    protected RecordSink()
    {
        Output = new OutputTap(this);
    }

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

    internal abstract void Add(RecordStream stream, object? record);

    private void Tap<T>(PSDataCollection<T> collection, RecordStream stream)
    {
        collection.DataAdding += (_, added) => Add(stream, added.ItemAdded);
        collection.DataAdded += static (sender, _) => ((PSDataCollection<T>)sender!).Clear();
    }
}
