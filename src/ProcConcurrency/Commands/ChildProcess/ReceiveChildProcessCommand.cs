using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>Writes what child processes have written, every stream to its own, in the order in which each process wrote it.</summary>
[Cmdlet(VerbsCommunications.Receive, "ChildProcess", DefaultParameterSetName = NameSet)]
[OutputType(typeof(object))]
public sealed class ReceiveChildProcessCommand : ProcessCmdlet
{
    /// <summary>Go on until all have ended; records are written as they come.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Wait, as with -Wait, but no longer than this for all together.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    /// <summary>Leave the records there, to be received again.</summary>
    [Parameter]
    public SwitchParameter Keep { get; set; }

    /// <summary>Add the name and id of its process to each output object.</summary>
    [Parameter]
    public SwitchParameter WithOrigin { get; set; }

    /// <summary>Remove those that have ended, once their records are written, as Remove-Job does.</summary>
    [Parameter]
    public SwitchParameter AutoRemoveJob { get; set; }

    private protected override void End()
    {
        if (!Wait && Timeout is null)
        {
            foreach (var process in Processes)
            {
                var ended = process.Ended.IsCompleted;
                WriteRecords([process]);
                if (ended)
                {
                    Forget(process);
                }
            }

            return;
        }

        var deadline = new Deadline(Timeout?.Limit);
        using var changed = new AutoResetEvent(false);
        void OnChanged()
        {
            try
            {
                changed.Set();
            }
            catch (ObjectDisposedException)
            {
                // A child's thread that was about to call when we were done.
            }
        }

        foreach (var process in Processes)
        {
            process.Changed += OnChanged;
        }

        using var callbacks = WaitCallbacks.Watch(OnChanged);
        try
        {
            Follow(deadline, changed);
        }
        finally
        {
            foreach (var process in Processes)
            {
                process.Changed -= OnChanged;
            }
        }
    }

    private void Follow(Deadline deadline, AutoResetEvent changed)
    {
        var following = new List<ChildProcess>();
        foreach (var process in Processes)
        {
            if (process.IsStarted)
            {
                following.Add(process);
            }
            else
            {
                WriteError(Errors.NotStarted(process, process.Name));
            }
        }

        while (following.Count > 0)
        {
            // This comes before anything is taken: a cmdlet that is stopped could not write it any more.
            Canceled.ThrowIfCancellationRequested();
            WaitCallbacks.RunUntil(deadline);

            // This is read first: what came before the end is then there to be taken.
            var ended = following.Where(static process => process.Ended.IsCompleted).ToList();
            WriteRecords(Keep ? ended : following);
            foreach (var process in ended)
            {
                following.Remove(process);
                Forget(process);
            }

            if (following.Count > 0 && (deadline.IsOver
                || WaitHandle.WaitAny([changed, Canceled.WaitHandle], deadline.LeftMilliseconds) == WaitHandle.WaitTimeout))
            {
                following.ForEach(process => WriteError(Errors.WaitTimeout(process, process.Name, Timeout!.Value)));
                return;
            }
        }
    }

    /// <summary>All of one that has ended was written.</summary>
    private void Forget(ChildProcess process)
    {
        if (AutoRemoveJob)
        {
            process.Dispose();
        }
    }

    /// <summary>Writes what is there of several: with -Keep child by child, for it stays there.</summary>
    private void WriteRecords(List<ChildProcess> processes)
    {
        if (!Keep)
        {
            Jobs.ChildProcess.TakeAll(processes, Write);
            return;
        }

        foreach (var process in processes)
        {
            process.Look().ForEach(kept => Write(process, kept.Stream, kept.Record));
        }
    }

    private void Write(ChildProcess process, RecordStream stream, object? record) =>
        RecordWriter.Write(this, stream, WithOrigin && stream == RecordStream.Output && record is not null ? Origin.Mark(record, process) : record);
}
